import { expect, test } from "vitest";
import { answer, call, messages, problemOf, runOf } from "../../../test/asked.ts";

function asks(...ids: string[]): object {
  return { role: "assistant", content: null, tool_calls: ids.map((id) => call(id)) };
}

const user = { role: "user", content: "and?" };

test.each<[string, object[]]>([
  ["one call", [asks("a"), answer("a")]],
  ["several, in any order", [asks("a", "b"), answer("b"), answer("a"), user]],
  ["turn after turn", [asks("a"), answer("a"), asks("b"), answer("b"), { role: "assistant", content: "x" }, user]],
  ["ids used again in a later turn", [asks("a"), answer("a"), user, asks("a"), answer("a")]],
  [
    "no calls at all",
    [
      { role: "assistant", content: "x", tool_calls: [] },
      { role: "assistant", tool_calls: null },
    ],
  ],
])("%s", (_name, turns) => {
  expect(runOf({ messages: [...messages, ...turns] }).messages).toHaveLength(1 + turns.length);
});

test.each<[string, object[], string]>([
  ["an answer to nothing", [answer("a")], "[1].tool_call_id"],
  ["an answer to another id", [asks("a"), answer("b")], "[2].tool_call_id"],
  ["an answer to an earlier turn", [asks("a"), answer("a"), user, answer("a")], "[4].tool_call_id"],
  ["an answer that comes twice", [asks("a", "b"), answer("a"), answer("a")], "[3].tool_call_id"],
  ["a call that stays open", [asks("a", "b"), answer("a"), user], "[1].tool_calls[1]"],
  ["an open call at the end", [asks("a")], "[1].tool_calls[0]"],
  ["an open call before the next", [asks("a"), asks("b"), answer("b")], "[1].tool_calls[0]"],
  ["one id for two calls", [asks("a", "a"), answer("a")], "[1].tool_calls[1].id"],
])("%s", (_name, turns, path) => {
  const found = problemOf({ messages: [...messages, ...turns] });
  expect(found).toMatchObject({ status: 400, param: `messages${path}`, code: "invalid_value" });
  expect(found.message).toContain(`'messages${path}'`);
});

test("a tool message needs the id", () => {
  const param = "messages[2].tool_call_id";
  const bare = { role: "tool", content: "x" };
  expect(problemOf({ messages: [...messages, asks("a"), bare] })).toMatchObject({
    param,
    code: "missing_required_parameter",
  });
});

test("messages in words", () => {
  expect(problemOf({ messages: [...messages, asks("a"), user] }).message).toBe(
    "'messages[1].tool_calls[0]' (id 'a') has no answer: send a tool message for each call before going on.",
  );
  expect(problemOf({ messages: [...messages, answer("a")] }).message).toBe(
    "'messages[1].tool_call_id' is 'a', but the assistant message before has no tool call with that id.",
  );
});
