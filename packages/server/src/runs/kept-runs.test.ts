import type { RunEvent } from "@massgen/core";
import { expect, test } from "vitest";
import { answered } from "../../test/scripted-run.ts";
import type { Wire } from "../wires/wire.ts";
import { createRuns, recallFrom, type KeptLimits, type KeptRun, type Runs } from "./kept-runs.ts";

const wire = { keeps: { input: (own: unknown) => own as object[] } } as unknown as Wire;

function keptRun(id: string, owner?: string): KeptRun {
  return { id, owner, wire, answer: { own: [] }, background: false, cancelled: false } as unknown as KeptRun;
}

function finish(runs: Runs, run: KeptRun, text = ""): void {
  run.result = answered(text);
  runs.grow(run, { type: "run-finished", result: run.result } as RunEvent);
}

function make(limits: Partial<KeptLimits> = {}): { runs: Runs; at: (ms: number) => void; ids: () => string } {
  let now = 0;
  const runs = createRuns({ now: () => now }, { most: 3, forMs: 1000, chars: 10_000, ...limits });
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
  finish(runs, first);
  expect(ids()).toBe("");
});

test("keeps so many characters", () => {
  const { runs, ids } = make();
  for (const id of ["a", "b", "c"]) {
    const run = keptRun(id);
    runs.keep(run);
    finish(runs, run, "x".repeat(4000));
  }
  expect(ids()).toBe("bc");
});

test("nobody finds what is another's, or another wire's; a client builds on what is answered", () => {
  const { runs } = make();
  const run = keptRun("a", "ada");
  runs.keep(run);
  expect(runs.find(wire, "a", "ada")).toBe(run);
  expect(runs.find(wire, "a", "bob")).toBeUndefined();
  expect(runs.find(wire, "a", undefined)).toBeUndefined();
  expect(runs.find({ ...wire }, "a", "ada")).toBeUndefined();
  expect(recallFrom(runs, wire, "ada")("a")).toBeUndefined();
  finish(runs, run, "Hi");
  expect(recallFrom(runs, wire, "ada")("a")?.result.text).toBe("Hi");
  runs.remove(run);
  runs.remove(run);
  expect(runs.find(wire, "a", "ada")).toBeUndefined();
});
