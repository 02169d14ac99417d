// The questions that docs/compare.md and examples/questions.jsonl show are ones.
import { expect, it } from "vitest";
import { readQuestions } from "../../src/compare/questions/read-questions.ts";
import { readPage } from "./printed-page.ts";

const page = readPage("docs/compare.md");

it("what the page shows as `expect` can be expected, and names every grader", () => {
  const rows = page.split("\n").filter((line) => /^\| `["{4]/.test(line));
  const shown = rows.flatMap((row) =>
    [...(row.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text),
  );
  const lines = shown.map((expectation) => `{"input": "Why?", "expect": ${expectation}}`);
  const types = new Set(readQuestions(lines.join("\n"), "the page").map(({ expectation }) => expectation.type));
  expect([...types].toSorted()).toEqual([
    "choice",
    "command",
    "contains",
    "equals",
    "json",
    "judge",
    "number",
    "regex",
  ]);
});

it("its lines, and the example's, are questions", () => {
  const lines = page.split("\n").filter((line) => line.startsWith('{"'));
  expect(readQuestions(lines.join("\n"), "the page")).toHaveLength(2);
  expect(readQuestions(readPage("examples/questions.jsonl"), "the example")).toHaveLength(10);
});
