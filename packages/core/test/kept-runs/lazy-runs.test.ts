import { describe, expect, it } from "vitest";
import type { RunRequest } from "../../src/run-request.ts";
import { type JournaledRun, resumeRun } from "../../src/run/resume-run.ts";
import { createTeam } from "../../src/team.ts";
import { manualClock } from "../../src/testing/manual-clock.ts";
import { scriptedModel } from "../../src/testing/scripted-model.ts";
import { calm } from "./processes.ts";
import { SharedJournal } from "./shared-journal.ts";

const request: RunRequest = {
  messages: [{ role: "user", content: "Look at the sky." }],
  tools: [{ name: "look", parameters: { type: "object" } }],
  delivery: "whole",
};

/** A lazy run of five on the time of the test. The agents answer when they are told to. */
function lazyRun() {
  const clock = manualClock();
  const journal = new SharedJournal();
  const asked: string[] = [];
  const waiting = new Map<string, (text: string) => void>();
  const agents = ["a", "b", "c", "d", "e"].map((id) => ({
    id,
    model: scriptedModel(() => {
      asked.push(id);
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting.set(id, resolve);
      return promise;
    }),
  }));
  const ports = { clock, newRunId: () => "run_1", newSecret: () => "0123456789abcdef" };
  const team = createTeam({ agents, ports });
  const setup = team.setupFor(request);
  const place = setup.lazy?.from ?? 0;
  /** Begins the run, or goes on with it. */
  const start = (): JournaledRun => {
    const run: JournaledRun = resumeRun({
      setup,
      agents: team.agents,
      request,
      log: journal.read(),
      elapsedMs: clock.now(),
      journal: journal.for(() => run),
      ports,
    });
    run.answer().catch(() => undefined);
    return run;
  };
  return {
    clock,
    journal,
    start,
    /** Who was asked since this was read last, in the order of the turns of a lazy run. */
    asked: () => asked.splice(0).toSorted((x, y) => turn(x) - turn(y)),
    answer: (id: string, text: string) => waiting.get(id)?.(text),
    /** The agents in the order of their turns. */
    turns: ["a", "b", "c", "d", "e"].toSorted((x, y) => turn(x) - turn(y)),
  };
  function turn(id: string): number {
    return ("abcde".indexOf(id) - place + 5) % 5;
  }
}

async function later(clock: { advance: (ms: number) => void }, ms: number): Promise<void> {
  clock.advance(ms);
  for (let i = 0; i < 5; i++) await calm();
}

describe("a lazy run", () => {
  it("calls the others when its hedge fires, by the clock", async () => {
    const { clock, start, asked, answer, turns } = lazyRun();
    const run = start();
    await later(clock, 0);
    expect(asked()).toEqual(turns.slice(0, 3));
    await later(clock, 1000);
    answer(turns[0] ?? "", "yes");
    await later(clock, 0);
    await later(clock, 4999);
    expect(asked()).toEqual([]);
    await later(clock, 1);
    expect(asked()).toEqual(turns.slice(3));
    for (const id of turns.slice(3)) answer(id, "yes");
    await expect(run.answer()).resolves.toMatchObject({ text: "yes", receipt: { calls: { made: 5, aborted: 2 } } });
    expect(clock.pending()).toBe(0);
  });

  it("sets it again where another process goes on", async () => {
    const { clock, journal, start, asked, answer, turns } = lazyRun();
    const first = start();
    await later(clock, 1000);
    expect(asked()).toEqual(turns.slice(0, 3));
    answer(turns[0] ?? "", "yes");
    await later(clock, 0);
    first.abandon();
    await later(clock, 100_000);
    expect(journal.facts.map(({ type }) => type)).toEqual(["run-started", "draft-finished"]);

    const second = start();
    await later(clock, 0);
    // The draft that was in is kept; the old hedge would have fired long ago.
    expect(asked()).toEqual(turns.slice(1, 3));
    await later(clock, 5999);
    expect(asked()).toEqual([]);
    await later(clock, 1);
    expect(asked()).toEqual(turns.slice(3));
    for (const id of turns.slice(1, 3)) answer(id, "yes");
    await expect(second.answer()).resolves.toMatchObject({ text: "yes", receipt: { calls: { lost: 2 } } });
  });

  it("is decided by those called first, also where another process goes on", async () => {
    const { clock, start, asked, answer, turns } = lazyRun();
    const first = start();
    await later(clock, 1000);
    answer(turns[2] ?? "", "yes");
    await later(clock, 0);
    first.abandon();
    asked();
    const second = start();
    await later(clock, 0);
    for (const id of turns.slice(0, 2)) answer(id, "yes");
    const { receipt } = await second.answer();
    expect(receipt.calls).toMatchObject({ made: 5, lost: 2, saved: { lazy: 2 } });
    expect(receipt.agents.filter(({ status }) => status === "not-needed")).toHaveLength(2);
    expect(asked()).toEqual(turns.slice(0, 2));
  });
});
