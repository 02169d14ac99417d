import { expect, it } from "vitest";
import { ConfigError } from "./config-error.ts";
import { loadConfig, type LoadOptions } from "./load-config.ts";
import { providerPackages } from "./provider-packages.ts";

const agents = "agents: [{ id: a, backend: { model: gpt-4o } }]\n";

function issuesOf(source: string, options: Partial<LoadOptions> = {}): string[] {
  try {
    loadConfig(source, { path: "c.yaml", env: {}, ...options });
    return [];
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    return error.issues.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
}

it("names the packages of a file before the file is checked, variables filled in, each once", () => {
  const source = `providers:\n  - "@acme/x"\n  - \${PACKAGE}\n  - ./mine.js\n  - "@acme/x"\nagents: wrong\n`;
  expect(providerPackages(source, { PACKAGE: "@acme/y" })).toEqual([
    { name: "@acme/x", written: "@acme/x" },
    { name: "@acme/y", written: "${PACKAGE}" },
    { name: "./mine.js", written: "./mine.js" },
  ]);
});

it.each([
  ["a text that is no YAML", "providers: ["],
  ["a text without packages", agents],
  ["a single name where a list is wanted", "providers: '@acme/x'"],
  ["what cannot be a package", "providers: [1, '', ' x', 'a b', 'data:text/javascript,1', '#x', 'UPPER', './', null]"],
  ["an unset variable", "providers: ['${NOT_SET}']"],
])("names none in %s", (_what, source) => {
  expect(providerPackages(source, {})).toEqual([]);
});

it.each(["x", "@acme/x", "@acme/x/sub/path", "./mine.js", "../a b/mine.ts", "/opt/mine.mjs", "a.b_c~d"])(
  "takes %s for a package",
  (name) => {
    expect(providerPackages(JSON.stringify({ providers: [name] }), {})).toEqual([{ name, written: name }]);
    expect(issuesOf(`${agents}providers: [${JSON.stringify(name)}]\n`)).toEqual([]);
  },
);

it("reports a package that cannot be used together with everything else", () => {
  const source = `${agents}providers:\n  - good\n  - "@acme/x"\n  - good\n  - A B\norchestrator: { quorum: 3 }\n`;
  const packageProblem = (name: string): string | undefined => (name === "@acme/x" ? "is not installed" : undefined);
  expect(issuesOf(source, { packageProblem })).toEqual([
    "4 providers[1]: is not installed",
    "5 providers[2]: is the same package as providers[0]; remove one of them",
    "6 providers[3]: must be the name of an npm package, or a file's path that begins with ./",
    "7 orchestrator.quorum: needs `straggler_grace_seconds` beside it: how long to wait for the rest",
  ]);
});

it("does not blame a type on the user that a failed package may have, unless it looks like another's", () => {
  const source = `agents:\n  - { id: a, backend: { type: acme, model: m } }\n  - { id: b, backend: { type: opnai, model: m } }\nproviders: [x]\n`;
  const host = { backendTypes: ["openai"], backendProblem: () => "cannot be used" };
  expect(issuesOf(source, { ...host, packageProblem: () => "is not installed" })).toEqual([
    '3 agents[1].backend.type: unknown type "opnai"; did you mean openai?',
    "4 providers[0]: is not installed",
  ]);
  expect(issuesOf(source, host)).toEqual([
    '2 agents[0].backend.type: unknown type "acme"; known types: openai',
    '3 agents[1].backend.type: unknown type "opnai"; did you mean openai?',
  ]);
});
