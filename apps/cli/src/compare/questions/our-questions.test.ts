import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readQuestions } from "./read-questions.ts";

const file = join(import.meta.dirname, "../../../../../tooling/real-models/questions.jsonl");

it("the questions for real models can be used, and the first five are one of each kind", () => {
  const questions = readQuestions(readFileSync(file, "utf8"), "questions.jsonl");
  expect(questions).toHaveLength(120);
  const kinds = questions.slice(0, 5).map(({ id }) => id.replace(/-\d+$/, ""));
  expect(kinds).toEqual(["arithmetic", "choice", "ordering", "json", "tool"]);
});
