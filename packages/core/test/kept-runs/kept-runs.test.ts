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

/** Pauses that end when the test says so. */
function gates(): { pause: (what: string) => Promise<void>; open: (what: string) => void; closed: Set<string> } {
  const closed = new Set<string>();
  const waiting: { what: string; go: () => void }[] = [];
  return {
    closed,
    pause: (what) => (closed.has(what) ? new Promise((go) => void waiting.push({ what, go })) : Promise.resolve()),
    open(what) {
      closed.delete(what);
      for (const one of waiting) if (one.what === what) one.go();
    },
  };
}

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
  it("goes as any run, every fact kept before anything comes of it", async () => {
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

describe("two processes", () => {
  it("a frozen one wakes up: its reply is not kept, it stops, and says nothing more", async () => {
    const points = gates();
    const world = new Processes(points);
    const first = world.start();
    points.closed.add("a");
    await calm();
    const before = first.events.length;
    // Frozen: its appends do not get through for a while.
    points.closed.add("append");
    points.open("a");
    await calm();
    points.closed.delete("append");
    const second = world.start();
    await expect(second.run.answer()).resolves.toMatchObject({ text: "the answer" });
    await second.read;
    points.open("append");
    await first.read;
    await expect(first.run.answer()).rejects.toThrow("the run goes on elsewhere");
    expect(first.events.length).toBeGreaterThanOrEqual(before);
    expect(second.events.slice(0, first.events.length)).toEqual(first.events);
    const next = replay(world.setup());
    expect(world.journal.read().flatMap((fact) => next(fact))).toEqual(second.events);
  });

  it("both go on at once: one gets the number, the other stops", async () => {
    const points = gates();
    points.closed.add("a");
    const world = new Processes(points);
    const dead = world.start();
    await calm();
    dead.run.abandon();
    points.closed.add("append");
    const both = [world.start(), world.start()];
    await calm();
    points.open("append");
    points.open("a");
    const ends = await Promise.allSettled(both.map(({ run }) => run.answer()));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(world.journal.facts.filter(({ type }) => type === "resumed")).toHaveLength(1);
  });

  it("one cancels what the other drives: every call is aborted", async () => {
    const points = gates();
    for (const id of ["a", "b", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const { run, read, events } = world.start();
    await calm();
    world.journal.write({ type: "cancelled", atMs: 5 });
    world.journal.tell(run, 0);
    await expect(run.answer()).rejects.toThrow("cancelled");
    await read;
    expect(events.at(-1)).toMatchObject({ type: "run-finished", atMs: 5, result: { status: "cancelled" } });
    await run.settled();
    expect(world.journal.facts.map(({ type }) => type)).toEqual(["run-started", "cancelled"]);
  });

  it("what others wrote comes first, and the own facts follow behind it", async () => {
    const points = gates();
    for (const id of ["a", "b", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const { run, read } = world.start();
    await calm();
    points.closed.add("append");
    points.open("b");
    await calm();
    world.journal.write({ type: "answer-now", atMs: 1 });
    points.open("append");
    await expect(run.answer()).resolves.toMatchObject({ text: "b says", receipt: { reasons: ["answer-now"] } });
    await read;
    expect(world.journal.facts.slice(0, 3).map(({ type }) => type)).toEqual([
      "run-started",
      "answer-now",
      "draft-finished",
    ]);
  });

  it("a store that is gone ends the calls, and the run waits for whoever comes", async () => {
    const points = gates();
    const world = new Processes(points);
    const broken = {
      append: () => Promise.reject(new Error("disk full")),
    };
    world.journal.for = () => broken;
    const { run, read } = world.start();
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted", cause: new Error("disk full") });
    await read;
    await run.settled();
    expect(world.requests).toBe(0);
  });
});

describe("the team of today", () => {
  it("a member that is gone, or has another model, fails; the others go on", async () => {
    const points = gates();
    for (const id of ["a", "b", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const dead = world.start();
    await calm();
    dead.run.abandon();
    for (const id of ["a", "b", "c"]) points.open(id);
    const [a, b] = world.team.agents;
    if (!a || !b) throw new Error("no agents");
    const other = scriptedModel(() => "not asked", { model: "another" });
    const team = createTeam({ agents: [a, { ...b, model: other }] });
    const { run } = world.start(team);
    const { text, receipt } = await run.answer();
    expect(text).toBe("a says");
    expect(receipt.agents.map(({ id, failure }) => [id, failure?.code])).toEqual([
      ["a", undefined],
      ["b", "configuration"],
      ["c", "configuration"],
    ]);
    expect(other.requests).toEqual([]);
  });
});

describe("answerNow", () => {
  it("resolves once it is kept, with what it did", async () => {
    const points = gates();
    for (const id of ["a", "b", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const { run } = world.start();
    await calm();
    await expect(run.answerNow()).resolves.toBe("waiting");
    points.open("c");
    await expect(run.answer()).resolves.toMatchObject({ text: "c says" });
    await expect(run.answerNow()).resolves.toBe("none");
  });

  it("an attached run does it at once", async () => {
    const points = gates();
    for (const id of ["a", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const run = world.team.run(request);
    const answer = run.answer();
    await calm();
    await expect(run.answerNow()).resolves.toBe("decided");
    await expect(answer).resolves.toMatchObject({ text: "b says" });
  });
});

describe("a format", () => {
  it("that cannot be used ends the run by a fact", async () => {
    const world = new Processes();
    const responseFormat = { type: "json-schema", name: "x", schema: { type: "nothing" } } as const;
    const { run, read, events } = world.start(world.team, { ...request, responseFormat });
    await expect(run.answer()).rejects.toThrow();
    await read;
    expect(events.map(({ type }) => type)).toEqual(["run-started", "run-finished"]);
    expect(world.journal.facts).toMatchObject([{ type: "run-failed", failure: { code: "invalid-request" } }]);
  });
});

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
