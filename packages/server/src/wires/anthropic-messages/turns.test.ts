import { expect, test } from "vitest";
import { ProblemError } from "../../problem.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

const hi = { role: "user", content: "Hi" };
const now = { role: "system", content: "Now." };
const calls = (...ids: string[]): object => ({
  role: "assistant",
  content: ids.map((id) => ({ type: "tool_use", id, name: "f", input: {} })),
});
const results = (...ids: string[]): object => ({
  role: "user",
  content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: id })),
});

/** The messages to the models, each in a word or two. */
function told(...messages: object[]): string[] {
  return toRun(parseRequest({ messages })).messages.map((message) => {
    if (message.role === "tool") return `result ${message.toolCallId}`;
    const called = message.role === "assistant" ? (message.toolCalls ?? []).map(({ id }) => id) : [];
    return [message.role, ...called].join(" ");
  });
}

test.each<[string, object[], string[]]>([
  ["an answered call", [hi, calls("a"), results("a")], ["user", "assistant a", "result a"]],
  [
    "results in several messages",
    [calls("a", "b"), results("a"), results("b")],
    ["assistant a b", "result a", "result b"],
  ],
  ["calls in several messages", [calls("a"), calls("b"), results("a", "b")], ["assistant a b", "result a", "result b"]],
  [
    "an instruction between call and result",
    [calls("a"), now, results("a"), hi],
    ["assistant a", "result a", "system", "user"],
  ],
  [
    "an id that is used again",
    [calls("a"), results("a"), calls("a"), results("a")],
    ["assistant a", "result a", "assistant a", "result a"],
  ],
  ["messages of one role without tools", [hi, hi, now, hi], ["user", "user", "system", "user"]],
])("%s", (_what, messages, expected) => expect(told(...messages)).toEqual(expected));

test.each<[string, object[], string]>([
  ["a call without a result", [calls("a", "b"), results("a")], "messages[0].content"],
  ["a result too late", [calls("a"), hi, { role: "assistant", content: "No." }, results("a")], "messages[0].content"],
  ["a result twice", [calls("a"), results("a"), results("a")], "messages[1].content"],
  ["a call twice", [calls("a"), calls("a"), results("a")], "messages[0].content"],
])("refuses %s", (_what, messages, param) => {
  let problem: { param?: string } | undefined;
  try {
    parseRequest({ messages });
  } catch (error) {
    if (error instanceof ProblemError) problem = error.problem;
  }
  expect(problem).toMatchObject({ param });
});
