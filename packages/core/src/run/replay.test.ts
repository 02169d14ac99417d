import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { Fact } from "../coordination/event.ts";
import { rulesVersion } from "../coordination/rules-version.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { answersIn, newAnswer, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { ChatRequest } from "../model/chat-request.ts";
import { createTeam } from "../team.ts";
import { bareFact, replay } from "./replay.ts";
import type { RunEvent } from "./run-event.ts";

/** A team of three that revises once and then cannot agree, and everything that was recorded of a run of it. */
async function recordedRun(runId: string, seed?: number, question = "Why is the sky blue?") {
  const messages = [{ role: "user", content: question }] as const;
  const facts: Fact[] = [];
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel((request, n) => {
      switch (phaseOf(request)) {
        case "draft":
          return `${id} says`;
        case "ballot":
          return n === 2 && id === "a" ? newAnswer("a says more") : vote([...answersIn(request).keys()][0] ?? "");
        case "presentation":
          return { pieces: ["the ", "answer"] };
      }
    }),
  }));
  const ports = {
    clock: manualClock(),
    newRunId: () => runId,
    newSecret: () => "0123456789abcdef",
    record: (fact: Fact) => void facts.push(fact),
  };
  const team = createTeam({ agents, ports });
  const request = { messages, ...(seed !== undefined && { sampling: { seed } }) };
  const events: RunEvent[] = [];
  const run = team.run(request);
  for await (const event of run) events.push(event);
  return { team, request, facts, events, record: run.record(), requests: agents.map(({ model }) => model.requests) };
}

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

/** As it comes back from a store. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("the record of a run", () => {
  it("replays to the same events, from what a store gives back", async () => {
    const { team, request, facts, events, record } = await recordedRun("run_1");
    const setup = team.setupFor({ ...request, runId: "run_1" });
    expect(stored(setup)).toEqual(setup);
    expect(stored(record)).toEqual({ setup, log: facts });
    const next = replay(stored(setup));
    // What streamed by is no fact.
    expect(stored(facts).flatMap((fact) => next(fact))).toEqual(events.filter(({ seq }) => seq !== undefined));
  });

  it("has no secret and nothing that only a provider understands", () => {
    const setup = createTeam({ agents: [scriptedModel(() => "")] }).setupFor({ messages });
    const next = replay(setup, (text) => text.replaceAll("s3cret", "[redacted]"));
    next({ type: "run-started", atMs: 0 });
    const failure = { code: "permission", message: "no such key: s3cret" } as const;
    const events = next({ type: "call-failed", callId: "call-1", begun: false, failure, atMs: 1 });
    expect(JSON.stringify(events)).not.toContain("s3cret");
    const call = { id: "1", name: "look", arguments: "{}", opaque: { signature: "sealed" } };
    const again = replay(setup);
    again({ type: "run-started", atMs: 0 });
    const reply = { text: "", toolCalls: [call], finishReason: "tool-calls" } as const;
    const [draft] = again({ type: "draft-finished", callId: "call-1", reply, atMs: 1 });
    expect(draft?.type).toBe("draft-finished");
    expect(JSON.stringify(draft)).not.toContain("sealed");
  });

  it("decides the same by facts without secrets, signatures and the marks of drivers", () => {
    const strike = (text: string): string => text.replaceAll("s3cret", "[redacted]");
    const call = { id: "1", name: "look", arguments: "{}", opaque: { signature: "sealed" } };
    const failure = { code: "permission", message: "no such key: s3cret" } as const;
    const log: readonly Fact[] = [
      { type: "run-started", atMs: 0, dateMs: 5, driver: "mine" },
      { type: "call-failed", callId: "call-1", begun: false, failure, atMs: 1 },
      {
        type: "draft-finished",
        callId: "call-2",
        reply: { text: "a s3cret", toolCalls: [call], finishReason: "tool-calls" },
        atMs: 2,
      },
    ];
    const bare = log.map((fact) => bareFact(fact, strike));
    expect(JSON.stringify(bare)).not.toMatch(/sealed|mine|key: s3cret/);
    const setup = createTeam({ agents: ["a", "b"].map((id) => ({ id, model: scriptedModel(() => "") })) }).setupFor({
      messages,
    });
    const [was, wouldBe] = [replay(setup, strike), replay({ ...setup, secret: "0" }, strike)];
    const events = JSON.stringify(log.flatMap((fact) => was(fact)));
    // Whoever gets the answer's tool calls has to send the signature back.
    const unsigned = events.replaceAll(`,"opaque":${JSON.stringify(call.opaque)}`, "");
    expect(JSON.stringify(bare.flatMap((fact) => wouldBe(fact)))).toEqual(unsigned);
    expect(unsigned).toContain("a s3cret");
  });

  it("counts time by its facts, which never goes back, whatever the clocks of two processes say", () => {
    const setup = createTeam({
      agents: ["a", "b", "c"].map((id) => ({ id, model: scriptedModel(() => "") })),
    }).setupFor({
      messages,
    });
    const next = replay(setup);
    const reply = { text: "yes", toolCalls: [], finishReason: "stop" } as const;
    const facts: readonly Fact[] = [
      { type: "run-started", atMs: 2 },
      { type: "draft-finished", callId: "call-1", reply, atMs: 50 },
      { type: "draft-finished", callId: "call-2", reply, atMs: 40 },
    ];
    const events = facts.flatMap((fact) => next(fact));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(events.at(-1)).toMatchObject({ type: "run-finished", atMs: 50 });
  });

  it("holds facts only: no piece of text that streamed by", async () => {
    const { facts } = await recordedRun("run_1");
    expect(facts[0]).toEqual({ type: "run-started", rules: rulesVersion, atMs: 0 });
    expect(new Set(facts.map((fact) => fact.type))).toEqual(
      new Set(["run-started", "draft-finished", "ballot-finished", "content-started", "presentation-finished"]),
    );
  });

  it("survives JSON", async () => {
    const { facts } = await recordedRun("run_1");
    expect(isDeepStrictEqual(JSON.parse(JSON.stringify(facts)), facts)).toBe(true);
  });
});

describe("the seed", () => {
  it("is the request: the same one gives the same run, event by event", async () => {
    const [one, two] = [await recordedRun("run_1"), await recordedRun("run_2")];
    expect(two.events.slice(1)).toEqual(one.events.slice(1));
    expect(JSON.stringify(two.requests)).toBe(JSON.stringify(one.requests));
  });

  it("differs from conversation to conversation", async () => {
    const orders = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const { requests } = await recordedRun("run_1", undefined, `Question ${i}?`);
        return JSON.stringify([...answersIn(requests[0]?.[1] as ChatRequest)]);
      }),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  it("is the client's, if it gives one", async () => {
    const [one, two] = [await recordedRun("run_1", 7), await recordedRun("run_2", 7)];
    expect(JSON.stringify(two.requests)).toBe(JSON.stringify(one.requests));
  });
});
