import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BallotReply } from "../coordination/event.ts";
import { readBallot } from "./read-ballot.ts";

/** The voter's list: ada's is agent1 to it, bob's agent2. */
const list = ["ada", "bob"];

const calling = (...calls: readonly [name: string, args: unknown][]) => ({
  text: "",
  toolCalls: calls.map(([name, args], i) => ({
    id: `call_${i}`,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  })),
});

const saying = (text: string) => ({ text, toolCalls: [] });

const read = (reply: Parameters<typeof readBallot>[0], revisable = true): BallotReply =>
  readBallot(reply, list, revisable);

describe("a ballot by tool call", () => {
  it("votes for the candidate behind the label", () => {
    expect(read(calling(["vote", { agent_id: "agent2", reason: "clear" }]))).toEqual({
      kind: "vote",
      candidate: "bob",
      reason: "clear",
    });
  });

  it.each([2, "2", " #2 ", "agent2"])("takes %j for a label where a label is asked for", (label) => {
    expect(read(calling(["vote", { agent_id: label }]))).toMatchObject({ candidate: "bob" });
  });

  it.each([0, 3, 1.5, -1, "0", "2 or 1", "2.0"])("does not take %j for one", (label) => {
    expect(read(calling(["vote", { agent_id: label }]))).toMatchObject({ kind: "unusable" });
  });

  it("does not take a bare number in a text for one", () => {
    expect(read({ text: "2", toolCalls: [] })).toMatchObject({ kind: "unusable" });
  });

  it("needs no reason", () => {
    expect(read(calling(["vote", { agent_id: "agent1" }]))).toMatchObject({ candidate: "ada", reason: "" });
    expect(read(calling(["vote", { agent_id: "agent1", reason: 7 }]))).toMatchObject({ reason: "" });
  });

  it("brings a new answer", () => {
    expect(read(calling(["new_answer", { content: " Better.\n" }]))).toEqual({
      kind: "new-answer",
      content: " Better.\n",
    });
  });

  it("counts the first vote of several, and drops unknown calls beside a known one", () => {
    expect(read(calling(["vote", { agent_id: "agent1" }], ["vote", { agent_id: "agent2" }]))).toMatchObject({
      candidate: "ada",
    });
    expect(read(calling(["search", {}], ["vote", { agent_id: "agent2" }]))).toMatchObject({ candidate: "bob" });
  });

  it("ignores text beside the call", () => {
    expect(read({ ...calling(["vote", { agent_id: "agent1" }]), text: "agent2" })).toMatchObject({ candidate: "ada" });
  });

  it.each([
    ["both tools", calling(["vote", { agent_id: "agent1" }], ["new_answer", { content: "x" }]), /both/],
    ["an unknown label", calling(["vote", { agent_id: "agent3" }]), /"\[no such answer\]", which is not on its ballot/],
    ["label 0", calling(["vote", { agent_id: "agent0" }]), /not on its ballot/],
    ["a real id", calling(["vote", { agent_id: "ada" }]), /"ada"/],
    ["no label", calling(["vote", { reason: "good" }]), /nobody/],
    ["a label that is no text", calling(["vote", { agent_id: ["agent1"] }]), /nobody/],
    ["broken JSON", calling(["vote", '{"agent_id": agent1}']), /not a JSON object/],
    ["a JSON list", calling(["vote", '["agent1"]']), /not a JSON object/],
    ["no arguments", calling(["vote", ""]), /not a JSON object/],
    ["a new answer without content", calling(["new_answer", { content: "  " }]), /without content/],
    ["an unknown tool", calling(["search", { q: "x" }]), /`search`, which is not offered/],
  ])("is unusable with %s", (_, reply, problem) => {
    expect(read(reply)).toMatchObject({ kind: "unusable", problem: expect.stringMatching(problem) });
  });

  it.each([
    ["an unknown label", calling(["vote", { agent_id: "agent9" }]), true],
    ["no label", calling(["vote", {}]), undefined],
    ["broken JSON", calling(["vote", "agent1"]), undefined],
    ["another tool", calling(["search", {}]), undefined],
    ["words", saying("the first"), undefined],
    ["an unknown label in words", saying('{"agent_id":"agent9"}'), true],
  ])("tells whether its form was right: %s", (_, reply, wellFormed) => {
    const got = read(reply);
    expect(got.kind === "unusable" && got.wellFormed).toBe(wellFormed);
  });

  it.each([
    calling(["vote", '{"agent_id":"agent1","reason":"because it']),
    saying('{"agent_id":"agent1","reason":"because it'),
    saying('```json\n{"tool": "vote", "arguments": {"agent_id": "agent1", "rea'),
    saying('<tool_call>\n{"name":"vote","arguments":{"agent_id":"agent1"'),
  ])("counts when it was cut behind its label: %j", (reply) => {
    expect(read(reply)).toEqual({ kind: "vote", candidate: "ada", reason: "" });
  });

  it.each([
    calling(["vote", '{"agent_id":"agent1']),
    saying('{"agent_id":"agent1'),
    calling(["new_answer", '{"content":"Half an ans']),
    saying('{"content":"Half an ans'),
    saying('{"tool":"new_answer","arguments":{"content":"Half an ans'),
  ])("does not count when it was cut before that: %j", (reply) => {
    expect(read(reply)).toMatchObject({ kind: "unusable" });
  });

  it.each([
    ["in the middle", saying("Let me think about"), "it was cut off by its output limit"],
    ["at once", saying(""), "it was cut off by its output limit"],
    ["behind a label of no answer", saying('{"agent_id":"agent9","rea'), "it votes for"],
  ])("says so when an output limit cut it off: %s", (_, reply, problem) => {
    expect(read({ ...reply, cut: true })).toMatchObject({
      kind: "unusable",
      problem: expect.stringContaining(problem) as string,
    });
  });

  it("brings no new answer in a round that is vote-only", () => {
    expect(read(calling(["new_answer", { content: "x" }]), false)).toMatchObject({ kind: "unusable" });
    expect(read(saying('{"content": "x"}'), false)).toMatchObject({ kind: "unusable" });
  });
});

describe("a ballot in plain text", () => {
  it.each([
    ["a lone label", "agent2"],
    ["in any case, with blanks", "  Agent 2 \n"],
    ["with an underscore", "agent_2"],
    ["in marks", '**"agent2"**.'],
    ["as a tag", "<agent2>"],
    ["a JSON object", '{"agent_id": "agent2", "reason": "clear"}'],
    ["a fenced JSON object", '```json\n{"agent_id": "agent2"}\n```'],
    ["a call written out", '{"name": "vote", "arguments": {"agent_id": "agent2"}}'],
    ["a call with arguments as text", '{"name": "vote", "arguments": "{\\"agent_id\\": \\"agent2\\"}"}'],
    ["arguments below the tool's name", '{"vote": {"agent_id": "agent2"}}'],
    ["with `parameters`", '{"name": "vote", "parameters": {"agent_id": "agent2"}}'],
  ])("counts: %s", (_, text) => {
    expect(read(saying(text))).toMatchObject({ kind: "vote", candidate: "bob" });
  });

  it("brings a new answer as JSON", () => {
    expect(read(saying('{"content": "Better."}'))).toEqual({ kind: "new-answer", content: "Better." });
  });

  it.each([
    ["nothing", "", "it was empty"],
    ["blanks", " \n", "it was empty"],
    ["a sentence that names a label", "I vote for agent2.", "it called no tool"],
    ["two labels", "agent1 agent2", "it called no tool"],
    ["a label that is part of a word", "agent2x", "it called no tool"],
    ["another object", '{"answer": "agent2"}', "it called no tool"],
    ["a list", '["agent2"]', "it called no tool"],
    ["null", "null", "it called no tool"],
  ])("does not count: %s", (_, text, problem) => {
    expect(read(saying(text))).toEqual({ kind: "unusable", problem });
  });

  it("does not count with an unknown label", () => {
    expect(read(saying('{"agent_id": "agent9"}'))).toMatchObject({ kind: "unusable" });
    expect(read(saying("agent9"))).toMatchObject({ kind: "unusable" });
  });
});

describe("whatever a model says", () => {
  it("is read without an exception, and a vote is always for somebody on the list", () => {
    const argument = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{"agent_id":"agent1"}', '{"content":"x"}'));
    const call = fc.record({
      id: fc.string(),
      name: fc.oneof(fc.constantFrom("vote", "new_answer"), fc.string()),
      arguments: argument,
    });
    fc.assert(
      fc.property(argument, fc.array(call, { maxLength: 3 }), fc.boolean(), (text, toolCalls, revisable) => {
        const reply = readBallot({ text, toolCalls }, list, revisable);
        if (reply.kind === "vote") expect(list).toContain(reply.candidate);
        if (reply.kind === "new-answer") expect(revisable).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a new answer in a format", () => {
  const format = (text: string) =>
    text.startsWith("{") ? { text: text.trim() } : { text, violation: "it is not JSON" };
  const read = (reply: Parameters<typeof readBallot>[0]): BallotReply => readBallot(reply, list, true, format);

  it("goes on bare, and may be the object itself instead of its text", () => {
    const answer = { kind: "new-answer", content: '{"a":1}' };
    expect(read(calling(["new_answer", { content: '{"a":1} ' }]))).toEqual(answer);
    expect(read(calling(["new_answer", { content: { a: 1 } }]))).toEqual(answer);
    expect(read(saying('{"content":"{\\"a\\":1}"}'))).toEqual(answer);
  });

  it("that breaks it cannot be counted", () => {
    expect(read(calling(["new_answer", { content: "a" }]))).toEqual({
      kind: "unusable",
      problem: "the content of `new_answer` breaks the response format: it is not JSON",
      wellFormed: true,
    });
  });

  it("is no object where no format was asked for", () => {
    expect(readBallot(calling(["new_answer", { content: { a: 1 } }]), list, true)).toMatchObject({ kind: "unusable" });
  });
});
