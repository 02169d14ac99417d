import * as fc from "fast-check";
import { dump } from "js-yaml";
import { expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";

const secret = "Zq7secretValue";
const env = { SECRET: secret, PORT: "4000", TRUTH: "true" };

/** What loading a source does that it must not. Throws what loadConfig may not throw. */
function violations(source: string): string[] {
  const broken: string[] = [];
  const promise = (name: string, kept: boolean): void => {
    if (!kept) broken.push(name);
  };
  try {
    const { config, warnings } = loadConfig(source, {
      path: "config.yaml",
      env,
      backendTypes: ["openai", "demo"],
      optionNames: () => ["known"],
    });
    const ids = config.agents.map((agent) => agent.id);
    promise("has agents", ids.length > 0);
    promise("ids are unique", new Set(ids).size === ids.length);
    promise("warnings hold no secret", !JSON.stringify(warnings).includes(secret));
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    promise("has issues", error.issues.length > 0);
    promise("one line per issue", error.message.split("\n").length === error.issues.length + 1);
    promise("errors hold no secret", !error.message.includes(secret));
  }
  promise("prototypes are untouched", Object.keys(Object.prototype).length === 0);
  return broken;
}

const words = [
  "agent",
  "agents",
  "id",
  "backend",
  "type",
  "model",
  "api_key",
  "stop",
  "orchestrator",
  "budget",
  "quorum",
];
const moreWords = ["temperature", "traces", "early_stop", "server", "port", "body_limit", "providers", "ui", "models"];
const odd = ["__proto__", "constructor", "toString", "<<", "", "a.b", "0"];
const leaf = fc.oneof(
  fc.constantFrom(
    "openai",
    "demo",
    "codex",
    "${SECRET}",
    "x${SECRET}",
    "${PORT}",
    "${TRUTH}",
    "${NOPE}",
    "${",
    "$${A}",
  ),
  fc.constantFrom<unknown>(0, 1, 2.5, -1, true, null, "", "full", [], {}),
  fc.string(),
  fc.double(),
);
const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...words, ...moreWords) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.string() },
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("tree")), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const backend = fc.dictionary(key, leaf, { maxKeys: 4 }).map((fields) => ({ type: "demo", ...fields }));
const agent = fc.record({ id: leaf, backend, system_message: leaf }, { requiredKeys: ["backend"] });
const nearlyRight = fc.record(
  { agents: fc.array(agent, { maxLength: 3 }), orchestrator: tree, server: tree, timeout_settings: tree },
  { requiredKeys: ["agents"] },
);

test("whatever an object says, a file of it loads or is refused with a ConfigError", () => {
  fc.assert(
    fc.property(fc.oneof(tree, nearlyRight), fc.boolean(), (value, asJson) => {
      const source = asJson ? JSON.stringify(value) : dump(value, { skipInvalid: true });
      expect(violations(source)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("whatever text a file holds, it loads or is refused with a ConfigError", () => {
  const piece = fc.constantFrom(
    "a: ",
    "- ",
    "\n",
    "  ",
    "&x ",
    "*x",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "|",
    "\t",
    "# ",
    "---\n",
    "!t ",
    "? ",
    "agent:",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 25 }), (pieces) => {
      expect(violations(pieces.join(""))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
