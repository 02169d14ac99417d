import type { RunEvent } from "@massgen/core";
import { expect, test } from "vitest";
import { answered } from "../../test/scripted-run.ts";
import type { Wire } from "../wires/wire.ts";
import { recallFrom, type KeptRun } from "./kept-runs.ts";
import { createLiveRuns, type LiveLimits, type LiveRuns } from "./live-runs.ts";

const wire = { keeps: { size: (own: { size: number }) => own.size } } as unknown as Wire;

function keptRun(id: string, owner?: string, size = 0): KeptRun {
  return { id, owner, wire, answer: { own: { size } }, background: false, cancelled: false } as unknown as KeptRun;
}

function finish(runs: LiveRuns, run: KeptRun, text = ""): void {
  run.result = answered(text);
  runs.grow(run, { type: "run-finished", result: run.result } as RunEvent);
}

function make(limits: Partial<LiveLimits> = {}): { runs: LiveRuns; at: (ms: number) => void; ids: () => string } {
  let now = 0;
  const runs = createLiveRuns({ now: () => now }, { most: 3, forMs: 1000, chars: 10_000, ...limits });
  return {
    runs,
    at: (ms) => void (now = ms),
    ids: () => ["a", "b", "c", "d"].filter((id) => runs.find(wire, id, undefined) !== undefined).join(""),
  };
}

test("keeps so many, and lets the oldest go", () => {
  const { runs, ids } = make();
  for (const id of ["a", "b", "c", "d"]) {
    const run = keptRun(id);
    runs.keep(run);
    finish(runs, run);
  }
  expect(ids()).toBe("bcd");
});

test("lets go what is old, but nothing that still goes on", () => {
  const { runs, at, ids } = make();
  const [first, second] = [keptRun("a"), keptRun("b")];
  runs.keep(first);
  runs.keep(second);
  finish(runs, second);
  at(1000);
  expect(ids()).toBe("a");
});

test("the time counts from the end of a run, however long it took", () => {
  const { runs, at, ids } = make();
  const [slow, quick] = [keptRun("a"), keptRun("b")];
  runs.keep(slow);
  runs.keep(quick);
  finish(runs, quick);
  at(5000);
  finish(runs, slow);
  expect(ids()).toBe("a");
  at(5999);
  expect(ids()).toBe("a");
  at(6000);
  expect(ids()).toBe("");
});

test("what ended first is removed first", () => {
  const { runs, ids } = make({ most: 1 });
  const [slow, quick] = [keptRun("a"), keptRun("b")];
  runs.keep(slow);
  runs.keep(quick);
  finish(runs, quick);
  expect(ids()).toBe("a");
  finish(runs, slow);
  expect(ids()).toBe("a");
});

test("requests count like answers, tool calls too", () => {
  const { runs, ids } = make();
  for (const id of ["a", "b"]) {
    const run = keptRun(id, undefined, 6000);
    runs.keep(run);
    finish(runs, run);
  }
  expect(ids()).toBe("b");
  const run = keptRun("c");
  runs.keep(run);
  const toolCalls = [{ id: "1", name: "f", arguments: "x".repeat(6000) }];
  runs.grow(run, { type: "tool-calls", toolCalls } as unknown as RunEvent);
  finish(runs, run);
  expect(ids()).toBe("c");
});

test("a run that is removed takes no room, whatever comes of it later", () => {
  const { runs, ids } = make();
  const run = keptRun("a", undefined, 9000);
  runs.keep(run);
  runs.remove(run);
  finish(runs, run, "x".repeat(9000));
  const other = keptRun("b", undefined, 7000);
  runs.keep(other);
  finish(runs, other);
  expect(ids()).toBe("b");
});

test("keeps so many characters", () => {
  const { runs, ids } = make({ chars: 12_000 });
  for (const id of ["a", "b", "c"]) {
    const run = keptRun(id);
    runs.keep(run);
    finish(runs, run, "x".repeat(3000));
  }
  expect(ids()).toBe("bc");
});

test("who stores the most loses the oldest: nobody pushes out what others stored", () => {
  const { runs } = make({ chars: 20_000, most: 100 });
  const kept = (id: string, owner: string): boolean => runs.find(wire, id, owner) !== undefined;
  const store = (id: string, owner: string, size: number): void => {
    const run = keptRun(id, owner, size);
    runs.keep(run);
    finish(runs, run);
  };
  store("ada", "ada", 500);
  for (let n = 1; n <= 5; n += 1) store(`bob${n}`, "bob", 6000);
  const left = ["bob1", "bob2", "bob3", "bob4", "bob5"].filter((id) => kept(id, "bob"));
  expect([kept("ada", "ada"), left]).toEqual([true, ["bob4", "bob5"]]);

  const many = make({ most: 4 });
  for (const id of ["a", "b"]) {
    const run = keptRun(id, "ada");
    many.runs.keep(run);
    finish(many.runs, run);
  }
  for (const id of ["c", "d", "e", "f"]) {
    const run = keptRun(id, "bob", 1);
    many.runs.keep(run);
    finish(many.runs, run);
  }
  expect(many.runs.find(wire, "a", "ada")).toBeDefined();
  expect(many.runs.find(wire, "b", "ada")).toBeDefined();
  expect(many.runs.find(wire, "c", "bob")).toBeUndefined();
});

test("a run whose engine failed is over, and leaves in its turn", () => {
  const { runs, at, ids } = make();
  const run = keptRun("a");
  runs.keep(run);
  at(5000);
  runs.broke(run);
  expect([ids(), run.broken]).toEqual(["a", true]);
  at(6000);
  expect(ids()).toBe("");
});

test("nobody finds what is another's, or another wire's; a client builds on what is answered", async () => {
  const { runs } = make();
  const run = keptRun("a", "ada");
  runs.keep(run);
  expect(runs.find(wire, "a", "ada")).toBe(run);
  expect(runs.find(wire, "a", "bob")).toBeUndefined();
  expect(runs.find(wire, "a", undefined)).toBeUndefined();
  expect(runs.find({ ...wire }, "a", "ada")).toBeUndefined();
  expect(
    (await recallFrom({ find: async (...sought) => runs.find(...sought) }, wire, "ada", ["a"]))("a"),
  ).toBeUndefined();
  finish(runs, run, "Hi");
  expect(
    (await recallFrom({ find: async (...sought) => runs.find(...sought) }, wire, "ada", ["a"]))("a")?.result.text,
  ).toBe("Hi");
  expect(
    (await recallFrom({ find: async (...sought) => runs.find(...sought) }, wire, "ada", ["b"]))("a"),
  ).toBeUndefined();
  runs.remove(run);
  runs.remove(run);
  expect(runs.find(wire, "a", "ada")).toBeUndefined();
});
