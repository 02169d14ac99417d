import { describe, expect, test } from "vitest";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { createForcedAnswer } from "./forced-answer.ts";
import type { Rung } from "./rung.ts";

const request: ChatRequest = {
  messages: [],
  tools: [{ name: "vote" }, { name: "new_answer" }],
  toolChoice: "required",
  parallelToolCalls: false,
};
const said = (text: string): ModelEvent => ({ type: "text-delta", text });
const thought: ModelEvent = { type: "reasoning-delta", text: "hm" };
const stop: ModelEvent = { type: "finish", reason: "stop", usage: { outputTokens: 3 } };
const written = '{"tool":"vote","arguments":{"agent_id":"agent1"}}';

function take(rung: Rung, events: readonly ModelEvent[], part: Partial<ChatRequest> = {}): [ModelEvent[], boolean[]] {
  const replies: boolean[] = [];
  const answer = createForcedAnswer(rung, { ...request, ...part }, 7, (called) => replies.push(called));
  return [events.flatMap((event) => answer.take(event)), replies];
}

describe.each(["schema", "text"] as const)("%s", (rung) => {
  test("a written call becomes a call; reasoning flows on", () => {
    expect(take(rung, [thought, said(written.slice(0, 9)), said(written.slice(9)), stop])).toEqual([
      [
        thought,
        { type: "tool-call", id: "call_7", name: "vote", arguments: '{"agent_id":"agent1"}' },
        { ...stop, reason: "tool-calls" },
      ],
      [true],
    ]);
  });
  test("text is held back until the end, and delivered as it is when it is no call", () => {
    expect(take(rung, [said("agent1 "), said("is best")])[0]).toEqual([]);
    expect(take(rung, [said("agent1 "), said("is best"), stop])).toEqual([[said("agent1 is best"), stop], [false]]);
  });
  test("a cut answer says nothing about the model, a whole call in it counts", () => {
    const cut: ModelEvent = { type: "finish", reason: "length" };
    expect(take(rung, [said(written.slice(0, 20)), cut])).toEqual([[said(written.slice(0, 20)), cut], []]);
    expect(take(rung, [said(`${written} and so`), cut])[0]).toMatchObject([{ type: "tool-call" }, cut]);
  });
  test("a filtered answer is not read", () => {
    const filtered: ModelEvent = { type: "finish", reason: "content-filter" };
    expect(take(rung, [said(written), filtered])).toEqual([[said(written), filtered], []]);
  });
  test("a real call goes through", () => {
    const call: ModelEvent = { type: "tool-call", id: "x", name: "vote", arguments: "{" };
    expect(take(rung, [call, stop])).toEqual([[call, stop], [true]]);
  });
  test("one call where one was asked for, else all of a list; only the named tool", () => {
    const two = '[{"name":"vote","arguments":{}},{"name":"new_answer","arguments":{}}]';
    const names = (part: Partial<ChatRequest>): string[] =>
      take(rung, [said(two), stop], part)[0].flatMap((event) =>
        event.type === "tool-call" ? [`${event.id} ${event.name}`] : [],
      );
    expect(names({})).toEqual(["call_7 vote"]);
    expect(names({ parallelToolCalls: true })).toEqual(["call_7 vote", "call_8 new_answer"]);
    expect(names({ toolChoice: { name: "new_answer" } })).toEqual(["call_7 new_answer"]);
  });
});

test.each(["forced", "without-thinking", "instructed"] as const)("%s: everything goes through as it comes", (rung) => {
  expect(take(rung, [said(written)])[0]).toEqual([said(written)]);
  expect(take(rung, [thought, said(written), stop])).toEqual([[thought, said(written), stop], [false]]);
});
