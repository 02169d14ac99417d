import { expect, it } from "vitest";
import type { Expectation } from "./expectation.ts";
import { grade, type GraderPorts } from "./grade.ts";
import { withoutSecrets } from "./program.ts";

const ports: GraderPorts = { cwd: import.meta.dirname, env: withoutSecrets(process.env), judge: async () => 0.5 };
const graded = (expectation: Expectation, answer: string) =>
  grade({ line: 1, id: "line 1", messages: [], expectation }, answer, ports);

const equals: Expectation = { type: "equals", texts: ["Paris", "City of Light"] };
const number: Expectation = { type: "number", value: 42, tolerance: 0.5 };
const json: Expectation = { type: "json", value: { a: 1, b: [2] }, schema: { type: "object", required: ["a"] } };
const exits = (code: string): Expectation => ({ type: "command", command: ["sh", "-c", code], limitMs: 60_000 });

it.each<readonly [Expectation, string, number, string | undefined]>([
  [equals, "**Paris**!", 1, "right"],
  [equals, "Let me think. Answer: the city of light", 0, "wrong: the city of light"],
  [equals, "I thought of Rome.\nAnswer: City of Light.", 1, "right"],
  [number, "about 42.4", 1, "right"],
  [number, "43", 0, "wrong: 43"],
  [number, "no idea", 0, undefined],
  [{ type: "choice", letter: "B" }, "(B)", 1, "right"],
  [{ type: "choice", letter: "B" }, "C.", 0, "wrong: C"],
  [{ type: "regex", source: "^\\s*yes", flags: "i" }, " YES, it is", 1, "right"],
  [{ type: "regex", source: "^yes", flags: "" }, "No", 0, "wrong: no"],
  [json, '```json\n{"b":[2],"a":1}\n```', 1, "right"],
  [json, '{"b":[2],"a":"1"}', 0, 'wrong: {"a":"1","b":[2]}'],
  [{ type: "json", schema: { type: "array" } }, "[1]", 1, "right"],
  [{ type: "json", schema: { type: "array" } }, "{}", 0, "wrong: {}"],
  [json, "no JSON", 0, undefined],
  [{ type: "contains", texts: ["RAYLEIGH", "blue"] }, "Blue, by Rayleigh scattering", 1, "right"],
  [{ type: "contains", texts: ["Rayleigh", "red"] }, "Rayleigh", 0, "wrong: rayleigh"],
  [exits("grep -q '^42$'"), "42\n", 1, "right"],
  [exits("grep -q '^42$'"), "41", 0, "wrong: 41"],
  [{ type: "judge", reference: "R", rubric: "?" }, "Mine", 0.5, "wrong: mine"],
])("%j of %j is %d", async (expectation, answer, score, sameAs) => {
  expect(await graded(expectation, answer)).toEqual({ score, sameAs });
});

it("a pattern that takes for ever is stopped, and named; the next one works", async () => {
  const endless: Expectation = { type: "regex", source: "^(a+)+$", flags: "" };
  await expect(graded(endless, `${"a".repeat(60)}!`)).rejects.toThrow(
    /^line 1: .*its pattern takes more than a second/,
  );
  expect((await graded({ type: "regex", source: "b", flags: "" }, "b")).score).toBe(1);
}, 120_000);

it("a program that takes too long is killed with its children, and rejects the answer", async () => {
  const slow: Expectation = { type: "command", command: ["sh", "-c", "sleep 600 & wait"], limitMs: 200 };
  expect((await graded(slow, "x")).score).toBe(0);
});

it("a program that does not read an answer of any length is not waited for", async () => {
  expect((await graded(exits("exit 0"), "x".repeat(5_000_000))).score).toBe(1);
});

it("a program that is not there is named, and so is a schema that cannot be used", async () => {
  await expect(graded({ type: "command", command: ["./not-there"], limitMs: 1000 }, "x")).rejects.toThrow(
    /line 1: .*the command \.\/not-there cannot be started/,
  );
  await expect(graded({ type: "json", schema: { type: "no such type" } }, "{}")).rejects.toThrow(/^line 1: /);
});

it("programs see no secrets", async () => {
  const env = withoutSecrets({ PATH: process.env["PATH"], OPENAI_API_KEY: "sk", GITHUB_TOKEN: "t", HOME: "/h" });
  expect(env).toEqual({ PATH: process.env["PATH"], HOME: "/h" });
});
