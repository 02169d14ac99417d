import { MassgenError } from "@massgen/core";
import { z } from "zod";
import { expectationSchema } from "./expectation-schema.ts";
import type { Question } from "./question.ts";

/** The largest file of questions, in bytes. */
export const largestFile = 100_000_000;
const mostQuestions = 20_000;
const longestLine = 4_000_000;
/** Of the lines that are wrong, those that are told. */
const mostProblems = 10;

const content = z.string().min(1, "must not be empty");
const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content }),
  z.strictObject({ role: z.literal("user"), content }),
  z.strictObject({ role: z.literal("assistant"), content }),
]);

const lineSchema = z.strictObject({
  id: z.union([z.string().min(1).max(200), z.number().transform(String)]).optional(),
  input: z.union([content.transform((said) => [{ role: "user" as const, content: said }]), z.array(message).min(1)], {
    error: "must be a text, or a list of messages { role, content } with the roles system, user and assistant",
  }),
  expect: expectationSchema,
});

/**
 * Reads questions: a line of JSON each, `{ "input": ..., "expect": ... }`. Blank lines are left out.
 * @param name of the file, for messages
 * @throws MassgenError `configuration` with the lines that are wrong
 */
export function readQuestions(source: string, name: string): readonly Question[] {
  const problems: string[] = [];
  const questions: Question[] = [];
  const lines = source.split("\n");
  for (const [at, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const read = readLine(at === 0 ? text.replace(/^\ufeff/, "") : text, at + 1);
    if (typeof read === "string") problems.push(`line ${at + 1}: ${read}`);
    else questions.push(read);
    if (questions.length > mostQuestions) {
      throw new MassgenError("configuration", `${name} has more than ${mostQuestions} questions. Divide it.`);
    }
  }
  if (problems.length > 0) {
    const left = problems.length - mostProblems;
    const more = left > 0 ? [`and ${left} more lines`] : [];
    const list = [...problems.slice(0, mostProblems), ...more].map((problem) => `  ${problem}`).join("\n");
    throw new MassgenError("configuration", `${name} cannot be used:\n${list}`);
  }
  if (questions.length === 0) {
    const form = '{ "input": "What is 6 * 7?", "expect": { "number": 42 } }';
    throw new MassgenError("configuration", `${name} has no questions. Each is a line such as ${form}`);
  }
  const ids = new Map<string, number>();
  for (const { id, line } of questions) {
    const other = ids.get(id);
    if (other !== undefined) {
      throw new MassgenError("configuration", `${name}: lines ${other} and ${line} have the same id, "${id}".`);
    }
    ids.set(id, line);
  }
  return questions;
}

/** The question, or what is wrong. */
function readLine(text: string, line: number): Question | string {
  if (text.length > longestLine) return `longer than ${longestLine} characters`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message.slice(0, 200) : "unreadable"}`;
  }
  const read = lineSchema.safeParse(value);
  if (!read.success) return read.error.issues.slice(0, 3).map(problemOf).join("; ");
  const { id = `line ${line}`, input, expect } = read.data;
  if (input.every(({ role }) => role !== "user")) return "`input`: none of its messages is of the user";
  return { line, id, messages: input, expectation: expect };
}

function problemOf({ path, message: said }: z.core.$ZodIssue): string {
  const where = path.map(String).join(".");
  return where === "" ? said : `\`${where.slice(0, 100)}\`: ${said}`;
}
