import { describe, expect, it } from "vitest";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { ChatRequest, ResponseFormat } from "../model/chat-request.ts";
import { type ScriptedModel, labelOf, newAnswer, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import { createTeam } from "../team.ts";
import type { RunEvent } from "./run-event.ts";
import { traceLines } from "../trace/trace-lines.ts";

const messages = [{ role: "user", content: "Which colour has the sky?" }] as const;
const schema = {
  type: "object",
  properties: { colour: { enum: ["blue", "grey"] } },
  required: ["colour"],
  additionalProperties: false,
};
const responseFormat: ResponseFormat = { type: "json-schema", name: "sky", schema, strict: true };
const blue = '{"colour":"blue"}';
const grey = '{"colour":"grey"}';

const isRepair = (request: ChatRequest): boolean => request.retryOf !== undefined;

/** Drafts, likes and presents; `repair` is what it answers when something is sent back to it. */
const agent = (says: { drafts: string; likes?: string; presents?: string; repair?: string }): ScriptedModel =>
  scriptedModel((request) => {
    if (isRepair(request)) return says.repair ?? "";
    switch (phaseOf(request)) {
      case "draft":
        return says.drafts;
      case "ballot":
        return vote(labelOf(request, says.likes ?? ""));
      case "presentation":
        return says.presents ?? "";
    }
  });

function runOf(models: Readonly<Record<string, ScriptedModel>>, coordination: Partial<CoordinationSettings> = {}) {
  const agents = Object.entries(models).map(([id, model]) => ({ id, model }));
  return createTeam({ agents, coordination }).run({ messages, responseFormat });
}

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("a run with a response format", () => {
  it("asks for it in drafts and the presentation, natively and in words, and not on ballots", async () => {
    const a = agent({ drafts: blue, likes: blue, presents: blue });
    const b = agent({ drafts: grey, likes: blue });
    await runOf({ a, b }).answer();
    const told = JSON.stringify(schema);
    for (const request of a.requests) {
      const [first] = request.messages;
      const writes = phaseOf(request) !== "ballot";
      expect(request.responseFormat).toEqual(writes ? responseFormat : undefined);
      expect(first?.role === "system" && first.content.includes(told)).toBe(writes);
    }
    const ballot = a.requests.find((request) => phaseOf(request) === "ballot");
    expect(ballot?.messages.at(-1)?.content).toContain(told);
  });

  it("delivers nothing before it is certain, and then the bare JSON", async () => {
    const a = agent({
      drafts: blue,
      likes: blue,
      presents: "```json\nblue\n```",
      repair: `\`\`\`json\n${grey}\n\`\`\``,
    });
    const b = agent({ drafts: grey, likes: blue });
    const run = runOf({ a, b });
    const events = await eventsOf(run);
    expect(events.filter((event) => event.type === "content-delta").map((event) => event.text)).toEqual([grey]);
    expect((await run.answer()).text).toBe(grey);
    expect(events.flatMap((event) => traceLines(event, "summary"))).toContainEqual(
      expect.stringMatching(/^\[a\] Asked again: the answer breaks the response format: it is not JSON/),
    );
  });

  it("lets a model repair its draft, which it is shown with what is wrong", async () => {
    const a = agent({ drafts: '{"colour":"green"}', repair: blue });
    const b = agent({ drafts: blue });
    expect((await runOf({ a, b }).answer()).text).toBe(blue);
    expect(a.requests[1]?.messages.slice(-2)).toEqual([
      { role: "assistant", content: '{"colour":"green"}' },
      { role: "user", content: expect.stringContaining("/colour must be equal to one of the allowed values") },
    ]);
    expect(a.requests[1]?.retryOf).toEqual({ problem: expect.any(String) });
  });

  it("tells in the traces why an answer is off the ballot", async () => {
    const a = agent({ drafts: "blue", repair: "still blue" });
    const b = agent({ drafts: blue });
    const events = await eventsOf(runOf({ a, b }));
    expect(events.flatMap((event) => traceLines(event, "summary"))).toContainEqual(
      expect.stringMatching(
        /^\[a\] Answered in .* s, not in the requested format \(it is not JSON: .*\): "still blue"$/,
      ),
    );
  });

  it("takes a new answer only in the format, as text or as the object itself", async () => {
    const offered = (content: unknown) => ({
      toolCalls: [{ id: "c", name: "new_answer", arguments: JSON.stringify({ content }) }],
    });
    const a = scriptedModel((request, n) => {
      if (n === 1) return grey;
      if (n === 2) return newAnswer("green");
      return n === 3 ? offered({ colour: "blue" }) : vote("agent1");
    });
    const b = agent({ drafts: '{"colour" : "blue"}', likes: grey });
    const run = runOf({ a, b }, { finalAnswer: "select", earlyStop: false });
    const events = await eventsOf(run);
    expect(events.filter((event) => event.type === "answer-revised").map((event) => event.candidate.text)).toEqual([
      blue,
    ]);
    expect(events.filter((event) => event.type === "reply-rejected")).toMatchObject([
      { agentId: "a", phase: "ballot", problem: expect.stringContaining("`new_answer` breaks the response format") },
    ]);
    expect(a.requests[2]?.messages.at(-1)?.content).toContain("it is not JSON");
  });

  it("holds back an agent alone as well", async () => {
    const a = agent({ drafts: "blue", repair: blue });
    const events = await eventsOf(runOf({ a }));
    expect(events.filter((event) => event.type === "content-delta").map((event) => event.text)).toEqual([blue]);
  });

  it("fails with a reason rather than deliver what breaks the format", async () => {
    const a = agent({ drafts: "blue", repair: "just blue" });
    await expect(runOf({ a }).answer()).rejects.toMatchObject({
      code: "invalid-response",
      message: expect.stringMatching(/No answer keeps the requested response format\. a: it is not JSON/),
    });
  });

  it("lets an answer that calls tools be", async () => {
    const call = { id: "c", name: "look", arguments: "{}" };
    const model = scriptedModel(() => ({ text: "let me look", toolCalls: [call] }));
    const team = createTeam({ agents: [{ id: "a", model }] });
    const result = await team.run({ messages, responseFormat, tools: [{ name: "look" }] }).answer();
    expect(result).toMatchObject({ toolCalls: [call], finishReason: "tool-calls" });
  });

  it("says of a cut answer that it was cut", async () => {
    const model = scriptedModel(() => ({ text: '{"colour":"bl', finishReason: "length" }));
    expect(await runOf({ a: model }).answer()).toMatchObject({ text: '{"colour":"bl', finishReason: "length" });
  });

  it("fails before its first call when its schema is none", async () => {
    const model = scriptedModel(() => "");
    const odd: ResponseFormat = { type: "json-schema", name: "odd", schema: { type: 7 } };
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages, responseFormat: odd });
    const events = await eventsOf(run);
    expect(events.map((event) => event.type)).toEqual(["run-started", "run-finished"]);
    await expect(run.answer()).rejects.toMatchObject({
      code: "invalid-request",
      param: "response_format",
      message: expect.stringMatching(/schema of response_format cannot be used/),
    });
    expect(model.requests).toEqual([]);
  });

  it("ends at once when it is cancelled while an answer is checked, or its schema compiled", async () => {
    // A pattern of its own: what is found too slow elsewhere in this process is refused from then on.
    const slow: ResponseFormat = { type: "json-schema", name: "slow", schema: { pattern: "^(a+)+[cd]$" } };
    const model = scriptedModel(() => JSON.stringify(`${"a".repeat(60)}b`));
    const team = createTeam({ agents: [{ id: "a", model }] });
    for (const when of ["first", "started"] as const) {
      const cancel = new AbortController();
      const run = team.run({ messages, responseFormat: slow, signal: cancel.signal });
      if (when === "started") await expect.poll(() => model.requests).toHaveLength(1);
      cancel.abort();
      const events = await eventsOf(run);
      expect(events.at(-1)).toMatchObject({ type: "run-finished", result: { status: "cancelled" } });
      expect(model.requests).toHaveLength(when === "first" ? 0 : 1);
    }
  });

  it("of `text` changes nothing", async () => {
    const model = scriptedModel(() => ({ pieces: ["blue", "!"] }));
    const team = createTeam({ agents: [{ id: "a", model }] });
    const events = await eventsOf(team.run({ messages, responseFormat: { type: "text" } }));
    expect(events.filter((event) => event.type === "content-delta")).toHaveLength(2);
    expect(model.requests[0]).not.toHaveProperty("responseFormat");
    expect(model.requests[0]?.messages).toEqual(messages);
  });
});
