import { describe, expect, it } from "vitest";
import { readQuestions } from "./read-questions.ts";

const read = (...lines: readonly unknown[]) =>
  readQuestions(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"), "q.jsonl");
const expectation = (value: unknown) => read({ input: "Q", expect: value })[0]?.expectation;

describe("a file of questions", () => {
  it("has a question in each line that is not blank", () => {
    const questions = read(
      `\ufeff${JSON.stringify({ input: "What is 6 * 7?", expect: 42 })}`,
      "",
      {
        id: "capital",
        input: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Capital?" },
        ],
        expect: "Paris",
      },
      "  ",
    );
    expect(questions).toEqual([
      {
        line: 1,
        id: "line 1",
        messages: [{ role: "user", content: "What is 6 * 7?" }],
        expectation: { type: "number", value: 42, tolerance: 0 },
      },
      {
        line: 3,
        id: "capital",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Capital?" },
        ],
        expectation: { type: "equals", texts: ["Paris"] },
      },
    ]);
  });

  it.each([
    [{ equals: ["a", "b"] }, { type: "equals", texts: ["a", "b"] }],
    [
      { number: 3.1, tolerance: 0.05 },
      { type: "number", value: 3.1, tolerance: 0.05 },
    ],
    [{ choice: "b" }, { type: "choice", letter: "B" }],
    [
      { regex: "^a+$", flags: "i" },
      { type: "regex", source: "^a+$", flags: "i" },
    ],
    [{ json: { equals: null } }, { type: "json", value: null }],
    [{ json: { schema: { type: "object" } } }, { type: "json", schema: { type: "object" } }],
    [{ contains: "x" }, { type: "contains", texts: ["x"] }],
    [{ command: ["sh", "check.sh"] }, { type: "command", command: ["sh", "check.sh"], limitMs: 10_000 }],
    [{ judge: { reference: "R", rubric: "Clear?" } }, { type: "judge", reference: "R", rubric: "Clear?" }],
  ])("%j is read as %j", (written, meant) => expect(expectation(written)).toEqual(meant));

  it("names what is wrong, by line", () => {
    const wrong = () =>
      read(
        { input: "Q", expect: { number: "42" } },
        "{ not json",
        { input: "Q" },
        { input: "", expect: 1 },
        { input: "Q", expect: { equals: "a", number: 1 } },
        { input: "Q", expect: { json: {} } },
        { input: "Q", expected: 1, expect: 1 },
        { input: [{ role: "assistant", content: "Hi" }], expect: 1 },
        { input: "Q", expect: { choice: "AB" } },
      );
    expect(wrong).toThrow(/^q\.jsonl cannot be used:\n/);
    const lines = [
      /line 1: `expect\.number`: .*number/,
      /line 2: not JSON: /,
      /line 3: `expect`: must be one of: equals, number/,
      /line 4: `input`: /,
      /line 5: `expect`: must be one of: /,
      /line 6: `expect\.json`: needs `equals` or `schema`/,
      /line 7: .*"expected"/,
      /line 8: `input`: none of its messages is of the user/,
      /line 9: `expect\.choice`: must be one letter/,
    ];
    for (const line of lines) expect(wrong).toThrow(line);
  });

  it("is refused without questions, with an id twice, and with very long lines", () => {
    expect(() => read("", " ")).toThrow(/q\.jsonl has no questions/);
    expect(() => read({ id: "a", input: "Q", expect: 1 }, { id: "a", input: "R", expect: 1 })).toThrow(
      'q.jsonl: lines 1 and 2 have the same id, "a".',
    );
    expect(() => read({ input: "x".repeat(4_000_001), expect: 1 })).toThrow(/line 1: longer than 4000000 characters/);
    expect(() => read(...Array.from({ length: 50 }, () => "x"))).toThrow(/and 40 more lines/);
  });

  it("does not trip over names that every object has", () => {
    expect(() => read({ input: "Q", expect: { constructor: 1 } })).toThrow(/must be one of/);
    expect(() => read({ input: "Q", expect: JSON.parse('{"__proto__": {"equals": "x"}}') })).toThrow(/must be one of/);
  });
});
