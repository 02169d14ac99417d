import { randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToolChoice } from "../model/chat-request.ts";
import type { Message } from "../model/message.ts";
import type { FinishReason } from "../model/model-event.ts";
import { type ScriptedModel, type ScriptedReply, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { RunRequest } from "../run-request.ts";
import { createTeam } from "../team.ts";

/**
 * What a client demands holds for every answer that it gets, whatever models do: they call what they may not, break
 * formats, repeat ids, answer what was not asked. FC_SEED repeats a run of this file.
 */
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
console.log(`request.property: FC_SEED=${seed}`);

const tools = [{ name: "look" }, { name: "find" }];
const history: readonly Message[] = [
  { role: "user", content: "Look." },
  { role: "assistant", content: "", toolCalls: [{ id: "call_0", name: "look", arguments: "{}" }] },
  { role: "tool", toolCallId: "call_0", content: "seen" },
];

const callArbitrary = fc.record({
  id: fc.constantFrom("", "call_0", "call_1", "call_2"),
  name: fc.constantFrom("look", "look", "find", "vote", "new_answer", "hack"),
  arguments: fc.constantFrom("{}", '{"at":1}', "", "[1]", "{", "null"),
});

const replyArbitrary: fc.Arbitrary<ScriptedReply> = fc.record({
  text: fc.constantFrom("", "yes", "{}", '```json\n{"a":"b"}\n```', '{"a":"b"}', '{"a":7}', "[1]", '{"a":'),
  toolCalls: fc.oneof(fc.constant([]), fc.array(callArbitrary, { minLength: 1, maxLength: 3 })),
  finishReason: fc.constantFrom<FinishReason>("stop", "stop", "stop", "tool-calls", "length", "content-filter"),
});

const ballotArbitrary: fc.Arbitrary<ScriptedReply> = fc.oneof(
  fc.constantFrom("agent1", "agent2", "agent3").map((label) => vote(label)),
  fc
    .constantFrom("revised", '{"a":"c"}', '{"a":1}')
    .map((content) => ({ toolCalls: [{ id: "n", name: "new_answer", arguments: JSON.stringify({ content }) }] })),
  replyArbitrary,
);

const schema = { type: "object", properties: { a: { type: "string" } } };

const requestArbitrary: fc.Arbitrary<Partial<RunRequest>> = fc.record(
  {
    tools: fc.constant(tools),
    toolChoice: fc.constantFrom<ToolChoice>("auto", "none", "required", { name: "find" }),
    parallelToolCalls: fc.boolean(),
    responseFormat: fc.constantFrom<NonNullable<RunRequest["responseFormat"]>>(
      { type: "text" },
      { type: "json-object" },
      { type: "json-schema", name: "a", schema },
    ),
    delivery: fc.constantFrom("live", "whole"),
  },
  { requiredKeys: ["tools"] },
);

/** A member that takes its replies in turn, by what it is asked for. */
const memberArbitrary = fc
  .record({
    answers: fc.array(replyArbitrary, { minLength: 1, maxLength: 4 }),
    ballots: fc.array(ballotArbitrary, { minLength: 1, maxLength: 4 }),
  })
  .map(({ answers, ballots }) => (): ScriptedModel => {
    let [answered, voted] = [0, 0];
    return scriptedModel((request) =>
      phaseOf(request) === "ballot"
        ? (ballots[voted++ % ballots.length] as ScriptedReply)
        : (answers[answered++ % answers.length] as ScriptedReply),
    );
  });

function keepsFormat(text: string, format: RunRequest["responseFormat"]): boolean {
  if (format === undefined || format.type === "text") return true;
  try {
    const value = JSON.parse(text) as { a?: unknown } | null;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return format.type === "json-object" || value.a === undefined || typeof value.a === "string";
  } catch {
    return false;
  }
}

describe("what a client demands", () => {
  it("holds for every answer it gets, and the budget for every run (I9)", async () => {
    const seen = new Map<string, number>();
    const members = fc.array(memberArbitrary, { minLength: 1, maxLength: 4 });
    const maxCalls = fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined });
    const property = fc.asyncProperty(members, requestArbitrary, maxCalls, async (makers, request, calls) => {
      const models = makers.map((make) => make());
      const agents = models.map((model, i) => ({ id: `agent-${i}`, model }));
      const budget = calls === undefined ? {} : { maxCalls: calls };
      const team = createTeam({ agents, coordination: { budget } });
      let delivered = "";
      for await (const event of team.run({ messages: history, runId: "run_1", ...request })) {
        if (event.type === "content-delta") delivered += event.text;
        if (event.type !== "run-finished") continue;
        const { result } = event;
        const made = models.reduce((sum, model) => sum + model.requests.length, 0);
        expect(made).toBeLessThanOrEqual(calls ?? Infinity);
        const { toolChoice = "auto", parallelToolCalls = true, responseFormat } = request;
        if (result.status !== "answered") {
          seen.set(result.status, (seen.get(result.status) ?? 0) + 1);
          continue;
        }
        const { text, toolCalls, finishReason } = result;
        expect(delivered).toBe(text);
        const kind = toolCalls.length > 0 ? "calls" : (responseFormat?.type ?? "text");
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const names = toolCalls.map((call) => call.name);
        const mayCall =
          toolChoice === "none" ? [] : typeof toolChoice === "object" ? [toolChoice.name] : ["look", "find"];
        expect(names.filter((name) => !mayCall.includes(name))).toEqual([]);
        if (toolChoice === "required" || typeof toolChoice === "object") expect(names).not.toEqual([]);
        if (!parallelToolCalls) expect(names.length).toBeLessThanOrEqual(1);
        for (const call of toolCalls) expect(JSON.parse(call.arguments)).toBeTypeOf("object");
        expect(new Set(["", "call_0", ...toolCalls.map((call) => call.id)]).size).toBe(toolCalls.length + 2);
        const excused = toolCalls.length > 0 || finishReason === "length" || finishReason === "content-filter";
        if (!excused) expect(keepsFormat(text, responseFormat)).toBe(true);
      }
    });
    await fc.assert(property, { numRuns: 1500, seed });
    expect(["failed", "calls", "text", "json-object", "json-schema"].filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
