import { describe, expect, it } from "vitest";
import { MassgenError } from "../../src/errors.ts";
import type { LimitedModel } from "../../src/limiter.ts";
import { type ChatModel, contractVersion } from "../../src/model/chat-model.ts";
import type { Usage } from "../../src/model/model-event.ts";
import { receiptOf } from "../../src/coordination/receipt-of.ts";
import { resumeRun } from "../../src/run/resume-run.ts";
import { manualClock } from "../../src/testing/manual-clock.ts";
import type { Fact } from "../../src/coordination/event.ts";
import { replay } from "../../src/run/replay.ts";
import { RunFold } from "../../src/run/run-fold.ts";
import { createTeam } from "../../src/team.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";
import { calm, Processes, request } from "./processes.ts";

const finishes: ReadonlySet<Fact["type"]> = new Set(["draft-finished", "ballot-finished", "presentation-finished"]);

/** A whole run in one process. */
async function wholeRun(): Promise<Processes> {
  const world = new Processes();
  const { run, read } = world.start();
  await run.answer();
  await read;
  await run.settled();
  return world;
}

describe("a run that is kept", () => {
  it("goes like any other run, and keeps each fact before it acts on it", async () => {
    const world = await wholeRun();
    const [first] = world.all;
    expect(first?.events.at(-1)).toMatchObject({
      type: "run-finished",
      result: { status: "answered", text: "the answer" },
    });
    expect(world.journal.facts.map(({ type }) => type)).toEqual([
      "run-started",
      "draft-finished",
      "draft-finished",
      "draft-finished",
      "ballot-finished",
      "ballot-finished",
      "ballot-finished",
      "content-started",
      "presentation-finished",
    ]);
  });

  it("gives the same events to whoever reads the log later", async () => {
    const world = await wholeRun();
    const next = replay(world.setup());
    expect(world.journal.read().flatMap((fact) => next(fact))).toEqual(world.all[0]?.events);
  });

  it("resumes from a log that ends anywhere, and again where that one ends", async () => {
    const { journal } = await wholeRun();
    const whole = journal.read();
    for (let length = 0; length <= whole.length; length++) {
      const once = await resumed(whole.slice(0, length));
      for (let second = length; second < once.length; second++) await resumed(once.slice(0, second));
    }
  });

  it("waits for no reader, not even where its answer streams", async () => {
    const world = new Processes();
    const live = { ...request, delivery: "live" } as const;
    const journal = world.journal.for(() => undefined);
    const { agents } = world.team;
    const setup = world.team.setupFor(live);
    const run = resumeRun({ setup, agents, request: live, log: [], elapsedMs: 0, journal });
    await run.settled();
    expect(world.journal.facts.at(-1)?.type).toBe("presentation-finished");
  });

  it("that has ended is not begun again", async () => {
    const world = await wholeRun();
    const { requests } = world;
    const { run, read, events } = world.start();
    await expect(run.answer()).resolves.toMatchObject({ text: "the answer" });
    await read;
    await run.settled();
    expect(events).toEqual(world.all[0]?.events);
    expect(world.requests).toBe(requests);
  });
});

/** Goes on from this log to the end. Returns the whole log. */
async function resumed(log: readonly Fact[]): Promise<readonly Fact[]> {
  const world = new Processes();
  world.journal.facts.push(...log);
  const before = new RunFold(world.setup());
  for (const fact of log) before.next(fact);
  const live = before.state.calls.filter(({ status }) => status === "live").length;

  const { run, read, events } = world.start();
  const ended = await run.answer().then(
    () => "answered",
    () => "failed",
  );
  await read;
  await run.settled();
  // One crash is survived; a run that dies again and again may be what ends its processes.
  if (!log.some(({ type }) => type === "resumed")) expect(ended).toBe("answered");

  const facts = world.journal.read();
  const after = new RunFold(world.setup());
  expect(facts.flatMap((fact) => after.next(fact).events)).toEqual(events);
  expect(events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
  const { calls } = after.state;
  expect(world.requests).toBe(calls.length - before.state.calls.length);
  const lostBefore = before.state.calls.filter(({ status }) => status === "lost").length;
  expect(calls.filter(({ status }) => status === "lost").length - lostBefore).toBe(live);
  const finished = facts.flatMap((fact) => (finishes.has(fact.type) && "callId" in fact ? [fact.callId] : []));
  expect(new Set(finished).size).toBe(finished.length);
  return facts;
}

describe("what calls report at their end", () => {
  /** A model that never answers, and says what it used once it is stopped. */
  const stopped = (usage: Usage): ChatModel => ({
    contract: contractVersion,
    model: "slow",
    stream: async function* (asked) {
      yield { type: "text-delta", text: "I" };
      await new Promise<void>((resolve) => asked.signal?.addEventListener("abort", () => resolve()));
      throw new MassgenError("aborted", "stopped", { usage });
    },
  });

  it("an aborted call's usage and timing are facts, also after the end; nothing comes later than 2 s", async () => {
    const world = new Processes();
    const [a] = world.team.agents;
    if (!a) throw new Error("no agent");
    const agents = [a, { id: "b", model: stopped({ inputTokens: 7, outputTokens: 1 }) }];
    const ports = { clock: world.clock, newRunId: () => "run_1" };
    const team = createTeam({ agents, ports });
    world.clock.advance(40);
    const journal = world.journal.for(() => undefined);
    const run = resumeRun({ setup: team.setupFor(request), agents, request, log: [], elapsedMs: 0, journal, ports });
    await calm();
    world.clock.advance(5);
    run.cancel();
    await expect(run.answer()).rejects.toThrow("cancelled");
    await run.settled();
    expect(world.journal.read().slice(-2)).toEqual([
      { type: "cancelled", atMs: 5 },
      {
        type: "usage-reported",
        callId: "call-2",
        usage: { inputTokens: 7, outputTokens: 1 },
        timing: { sentAtMs: 0, firstTokenAtMs: 0 },
        atMs: 5,
      },
    ]);
    const fold = new RunFold(team.setupFor(request));
    for (const fact of world.journal.read()) fold.next(fact);
    expect(receiptOf(fold.state).agents[1]?.usage).toMatchObject({ draft: { inputTokens: 7 } });
  });

  it("a call that waited for its turn counts from when it was sent; one that was never sent has no timing", async () => {
    const facts: Fact[] = [];
    const clock = manualClock();
    const model = scriptedModel(() => "yes");
    const queued: LimitedModel = {
      ...model,
      async *streamInTurn(asked, { onQueued, onSent }) {
        onQueued?.({ leastMs: 0, reason: "max_concurrency 1" });
        clock.advance(30);
        onSent?.();
        clock.advance(4);
        yield* model.stream(asked);
      },
    };
    const never: LimitedModel = {
      ...model,
      // oxlint-disable-next-line require-yield -- it is refused before it is sent
      async *streamInTurn(_, { onQueued }) {
        onQueued?.({ leastMs: 0, reason: "max_concurrency 1" });
        throw new MassgenError("configuration", "no such account");
      },
    };
    const ports = { clock, newRunId: () => "run_1", record: (fact: Fact) => void facts.push(fact) };
    const team = createTeam({
      agents: [
        { id: "a", model: queued },
        { id: "b", model: never },
      ],
      ports,
    });
    await team.run(request).answer();
    expect(facts.find(({ type }) => type === "draft-finished")).toMatchObject({
      timing: { sentAtMs: 30, firstTokenAtMs: 34 },
    });
    expect(facts.find(({ type }) => type === "call-failed")).not.toHaveProperty("timing");
  });
});
