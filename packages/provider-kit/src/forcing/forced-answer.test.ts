import { describe, expect, test } from "vitest";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { createForcedAnswer, longestCallText, type HalfCall, type Outcome } from "./forced-answer.ts";
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

function take(
  rung: Rung,
  events: readonly ModelEvent[],
  part: Partial<ChatRequest> = {},
  half?: () => readonly HalfCall[],
): [ModelEvent[], Outcome[]] {
  const replies: Outcome[] = [];
  const answer = createForcedAnswer(rung, { ...request, ...part }, 7, (outcome) => replies.push(outcome), half);
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
      ["usable"],
    ]);
  });
  test("text is held back until the end, and delivered as it is when it is no call", () => {
    expect(take(rung, [said("agent1 "), said("is best")])[0]).toEqual([]);
    expect(take(rung, [said("agent1 "), said("is best"), stop])).toEqual([[said("agent1 is best"), stop], ["none"]]);
  });
  test("a cut answer is malformed, unless a whole call is in it or what is required first is whole", () => {
    const cut: ModelEvent = { type: "finish", reason: "length" };
    const tools = [
      { name: "vote", parameters: { properties: { agent_id: {}, reason: {} }, required: ["agent_id", "reason"] } },
    ];
    const asked = (text: string): [ModelEvent[], Outcome[]] => take(rung, [said(text), cut], { tools });
    expect(take(rung, [said(written.slice(0, 20)), cut])).toEqual([[said(written.slice(0, 20)), cut], ["malformed"]]);
    expect(take(rung, [said(`${written} and so`), cut])[0]).toMatchObject([{ type: "tool-call" }, cut]);
    for (const text of ['{"tool":"vote","arguments":{"agent_id":"agent1","reason":"so', '{"agent_id":"agent1","rea']) {
      expect(asked(text)).toEqual([[said(text), cut], ["usable"]]);
    }
    expect(asked('{"agent_id":"agent1')[1]).toEqual(["malformed"]);
  });
  test("a filtered answer is not read", () => {
    const filtered: ModelEvent = { type: "finish", reason: "content-filter" };
    expect(take(rung, [said(written), filtered])).toEqual([[said(written), filtered], []]);
  });
  test("a real call goes through, one that cannot be used is told from it", () => {
    const call: ModelEvent = { type: "tool-call", id: "x", name: "vote", arguments: "{}" };
    expect(take(rung, [call, stop])).toEqual([[call, stop], ["usable"]]);
    const broken: ModelEvent = { ...call, arguments: "{" };
    expect(take(rung, [broken, stop])).toEqual([[broken, stop], ["malformed"]]);
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

describe.each(["forced", "without-thinking", "instructed"] as const)("%s", (rung) => {
  const call: ModelEvent = { type: "tool-call", id: "x", name: "vote", arguments: "{}" };
  test("a call written as text is read", () => {
    expect(take(rung, [thought, said(written), stop])).toEqual([
      [
        thought,
        { type: "tool-call", id: "call_7", name: "vote", arguments: '{"agent_id":"agent1"}' },
        { ...stop, reason: "tool-calls" },
      ],
      ["usable"],
    ]);
  });
  test("text comes before the call behind it, and flows from there on", () => {
    expect(take(rung, [said("I "), said("vote."), call])[0]).toEqual([said("I vote."), call]);
    expect(take(rung, [call, said("So."), stop])).toEqual([[call, said("So."), stop], ["usable"]]);
  });
  test("words are no call", () => {
    expect(take(rung, [said("I call vote (the first)"), stop])).toEqual([
      [said("I call vote (the first)"), stop],
      ["none"],
    ]);
  });
  test("marks around the name and coats around the arguments go", () => {
    const marked = { ...call, name: "functions.vote<|channel|>commentary", arguments: JSON.stringify('{"a":1}') };
    expect(take(rung, [marked, stop])).toEqual([[{ ...call, arguments: '{"a":1}' }, stop], ["usable"]]);
  });
  test("a call that cannot be used gives way to one in the text", () => {
    expect(take(rung, [said(written), { ...call, arguments: "[" }, stop])[0]).toMatchObject([
      { type: "tool-call", arguments: '{"agent_id":"agent1"}' },
      { type: "finish" },
    ]);
  });
  test("a call that was cut off comes as text", () => {
    const tools = [{ name: "vote", parameters: { properties: { agent_id: {} }, required: ["agent_id"] } }];
    const cut: ModelEvent = { type: "finish", reason: "length" };
    const half = [{ name: "functions.vote", arguments: '{"agent_id":"agent1","reason":"so' }];
    expect(take(rung, [cut], { tools }, () => half)).toEqual([
      [said('{"tool":"vote","arguments":{"agent_id":"agent1","reason":"so'), cut],
      ["usable"],
    ]);
    expect(take(rung, [cut], { tools }, () => [{ name: "look", arguments: "{" }])).toEqual([[cut], ["malformed"]]);
  });
  test("another end than the model's own is malformed", () => {
    const other: ModelEvent = { type: "finish", reason: "other" };
    expect(take(rung, [other])).toEqual([[other], ["malformed"]]);
  });
  test("a text that is too long for a call flows on", () => {
    const long = "a".repeat(longestCallText + 1);
    expect(take(rung, [said(long), said("b")])[0]).toEqual([said(long), said("b")]);
  });
});

describe("a call in the reasoning", () => {
  const pondered = (text: string): ModelEvent => ({ type: "reasoning-delta", text });
  const call = { type: "tool-call", id: "call_7", name: "vote", arguments: '{"agent_id":"agent1"}' };

  test.each(["forced", "schema"] as const)("counts on the rung %s where nothing else came", (rung) => {
    const thoughts = [pondered(`I vote. ${written.slice(0, 9)}`), pondered(written.slice(9))];
    expect(take(rung, [...thoughts, stop])).toEqual([
      [...thoughts, call, { ...stop, reason: "tool-calls" }],
      ["usable"],
    ]);
  });
  test("of several the last counts, as in a text", () => {
    const thoughts = pondered(`${written.replace("agent1", "agent2")} or rather ${written}`);
    expect(take("forced", [thoughts, stop])[0]).toMatchObject([thoughts, call, {}]);
  });
  test.each<[string, readonly ModelEvent[]]>([
    ["beside a text", [pondered(written), said("Well."), stop]],
    ["of an answer that was cut", [pondered(written), { type: "finish", reason: "length" }]],
    ["of a filtered answer", [pondered(written), { type: "finish", reason: "content-filter" }]],
    ["behind endless thoughts", [pondered("hm ".repeat(40_000)), pondered(written), stop]],
  ])("%s does not", (_, events) => {
    expect(take("forced", events)[0].some(({ type }) => type === "tool-call")).toBe(false);
  });
});
