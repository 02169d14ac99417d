import { describe, expect, it } from "vitest";
import { replay } from "../../src/run/replay.ts";
import { createTeam } from "../../src/team.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";
import { gates } from "./gates.ts";
import { calm, Processes, request } from "./processes.ts";

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

  it("one that never hears that its facts were kept knows them again, and goes on alone", async () => {
    const world = new Processes();
    world.journal.lostAnswers = Infinity;
    const { run, read, events } = world.start();
    await expect(run.answer()).resolves.toMatchObject({ text: "the answer" });
    await read;
    expect(events.at(-1)).toMatchObject({ type: "run-finished" });
    const { facts } = world.journal;
    expect(facts.filter(({ type }) => type === "resumed")).toEqual([]);
    expect(new Set(facts.map((fact) => JSON.stringify(fact))).size).toBe(facts.length);
    expect(world.requests).toBe(7);
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

  it("whatever comes behind the end changes nothing, and holds nobody up", async () => {
    const points = gates();
    for (const id of ["a", "b", "c"]) points.closed.add(id);
    const world = new Processes(points);
    const { run, read, events } = world.start();
    await calm();
    world.journal.write({ type: "cancelled", atMs: 5 });
    world.journal.write({ type: "resumed", cause: "lost", rules: 1, atMs: 6 });
    world.journal.tell(run, 0);
    await expect(run.answer()).rejects.toThrow("cancelled");
    await run.settled();
    await read;
    expect(events.at(-1)?.type).toBe("run-finished");
  });

  it("a store that is gone ends the calls, and the run waits for whoever comes", async () => {
    const points = gates();
    const world = new Processes(points);
    const broken = {
      append: () => Promise.reject(new Error("disk full")),
    };
    world.journal.for = () => broken;
    const { run, read } = world.start();
    await expect(run.answer()).rejects.toMatchObject({
      code: "aborted",
      message: "the run can no longer be kept here",
      cause: new Error("disk full"),
    });
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
