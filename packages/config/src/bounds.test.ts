import { describe, expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";
import { providerPackages } from "./provider-packages.ts";

const agent = "agent: { id: a, backend: { type: demo } }\n";
const env = { LONG: "x".repeat(100_000) };

function errorOf(source: string): ConfigError {
  try {
    loadConfig(source, { path: "c.yaml", env });
  } catch (error) {
    if (ConfigError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("it was accepted");
}
const messages = (source: string): string[] => errorOf(source).issues.map(({ message }) => message);
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

describe("a file is read to the end only while it is of a size that somebody wrote", () => {
  test.each<[what: string, source: string]>([
    ["list items", `${agent}ui: [${"1,".repeat(400_000)}]`],
    ["keys", agent + many(160_000, (i) => `k${i}: 1\n`)],
    ["empty items", `${agent}ui:\n${"- \n".repeat(400_000)}`],
    ["aliases", `${agent}ui: &x [${"1,".repeat(1000)}]\nmemory:\n${"- *x\n".repeat(101)}`],
    [
      "aliases of aliases",
      `${agent}ui:\n${many(12, (i) => `  a${i}: &a${i} [${i === 0 ? "1" : `*a${i - 1},`.repeat(9)}]\n`)}`,
    ],
  ])("values: %s", (_what, source) => {
    expect(messages(source)).toEqual(["holds more than 100000 values, counting what each alias (*name) stands for"]);
  });

  test("characters that aliases repeat", () => {
    const source = `${agent}ui: &x ${"x".repeat(100_000)}\nmemory:\n${"- *x\n".repeat(101)}`;
    expect(messages(source)).toEqual([
      "holds more than 10000000 characters, counting what each alias (*name) stands for",
    ]);
  });

  test("characters that variables bring", () => {
    const source = `agent: { id: a, system_message: "${"${LONG}".repeat(101)}", backend: { type: demo } }`;
    expect(messages(source)).toEqual(["variables fill in more than 10000000 characters up to here"]);
  });

  test("keys that lead to a value", () => {
    expect(messages(`${agent}ui:\n  ? ${"k".repeat(1001)}\n  : [1]\n`)).toEqual([
      "keys that lead to a value have more than 1000 characters together",
    ]);
  });

  test("packages", () => {
    const source = `${agent}providers:\n${many(101, (i) => `  - p${i}\n`)}`;
    expect(messages(source)).toEqual(["must hold at most 100 packages"]);
    expect(providerPackages(source, {})).toEqual([]);
  });

  test("agents", () => {
    expect(messages(`agents:\n${many(1001, (i) => `- { id: a${i}, backend: { type: demo } }\n`)}`)).toEqual([
      "must hold at most 1000 agents, not 1001",
    ]);
  });
});

test("a report shows a hundred problems, of which the first hundred unknown keys get advice", () => {
  const error = errorOf(agent + many(60_000, (i) => `agent_${i}: 1\n`));
  const lines = error.message.split("\n");
  expect(error.issues).toHaveLength(60_000);
  expect(lines).toHaveLength(102);
  expect(lines[1]).toBe("  c.yaml:2  agent_0: unknown key; did you mean agents?");
  expect(lines.at(-1)).toBe("  ... and 59,900 more");
  expect(error.issues[100]?.message).toBe("unknown key");
});

test("repeated findings about one text are shown ten times at most", () => {
  const source = `agent: { id: a, system_message: "${many(5000, (i) => `\${V${i}}`)}", backend: { type: demo } }`;
  expect(errorOf(source).issues).toHaveLength(10);
});

test("a hundred warnings are enough", () => {
  const source = `agent: { id: a, backend: { type: demo, model: m, ${many(5000, (i) => `k${i}: 1,`)} } }`;
  const { warnings } = loadConfig(source, { path: "c.yaml", env: {}, optionNames: () => [] });
  expect(warnings).toHaveLength(101);
  expect(warnings.at(-1)).toEqual({ path: "", message: "... and 4,900 more" });
});

describe("words that every object knows", () => {
  const words = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];

  test.each(words)("%s as an id, a type or a variable is a word", (word) => {
    const { config } = loadConfig(`agent: { id: ${word}, backend: { type: ${word}, model: m } }`, { path: "c", env });
    expect(config.agents[0]).toMatchObject({ id: word, backend: { type: word } });
    expect(messages(`agent: { id: a, system_message: "\${${word}}", backend: { type: demo } }`)).toEqual([
      `the variable ${word} is not set; set it or write \${${word}:-default}`,
    ]);
  });

  test.each(words)("%s as a key is an unknown one everywhere but in a backend", (word) => {
    const places = ["", "server", "orchestrator", "timeout_settings"];
    const sources = places.map((place) =>
      place === "" ? `${word}: 1\n${agent}` : `${place}: { ${word}: 1 }\n${agent}`,
    );
    for (const source of sources) expect(messages(source)[0]).toMatch(/^(unknown key|cannot be used as a key)/);
    expect(messages(`agent: { id: a, ${word}: 1, backend: { type: demo } }`)[0]).toMatch(
      /^(unknown key|cannot be used)/,
    );
  });
});
