// A journal that does not answer for a while: calls go on, and no more of them are made than the facts have room for.
import { expect, it } from "vitest";
import type { Fact } from "../../src/coordination/event.ts";
import { MassgenError } from "../../src/errors.ts";
import type { LimitedModel } from "../../src/limiter.ts";
import { resumeRun } from "../../src/run/resume-run.ts";
import type { JournaledRun } from "../../src/run/resume-run.ts";
import { createTeam, type Team } from "../../src/team.ts";
import { labelOf, phaseOf, scriptedModel, vote } from "../../src/testing/scripted-model.ts";
import { gates } from "./gates.ts";
import { calm, request } from "./processes.ts";
import { SharedJournal } from "./shared-journal.ts";

/** An account whose calls get their turn in the order in which they asked, so many at once. */
class Line {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  get length(): number {
    return this.#waiting.length;
  }

  async turn(signal: AbortSignal | undefined, queued: () => void): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    queued();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", () => {
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(new MassgenError("aborted", "left the line"));
    });
    await promise;
  }

  end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** A team of many on one account; counts what was sent. */
function crowd(size: number, line: Line, pause: () => Promise<void>): { readonly team: Team; readonly sent: string[] } {
  const sent: string[] = [];
  const agents = Array.from({ length: size }, (_, n) => {
    const id = `agent${n}`;
    const model = scriptedModel(async (asked) => {
      await pause();
      return phaseOf(asked) === "ballot" ? vote(labelOf(asked, "agent0 says"), "clear") : `${id} says`;
    });
    const limited: LimitedModel = {
      ...model,
      async *streamInTurn(asked, { onQueued, onSent }) {
        let waited = false;
        await line.turn(asked.signal, () => {
          waited = true;
          onQueued?.({ leastMs: 0, reason: "max_concurrency" });
        });
        if (asked.signal?.aborted) {
          line.end();
          throw new MassgenError("aborted", "left the line");
        }
        if (waited) onSent?.();
        sent.push(`${id} ${phaseOf(asked)}`);
        try {
          yield* model.stream(asked);
        } finally {
          line.end();
        }
      },
    };
    return { id, model: limited };
  });
  return { team: createTeam({ agents, coordination: { finalAnswer: "select" } }), sent };
}

it("64 facts pile up, then no call is sent; afterwards each is made once", async () => {
  const size = 100;
  const places = 10;
  const points = gates();
  const line = new Line(places);
  const { team, sent } = crowd(size, line, () => points.pause("models"));
  const journal = new SharedJournal(points);
  points.closed.add("models");
  const batches: number[] = [];
  const run = begin(team, journal, (facts) => {
    batches.push(facts.filter(({ type }) => type !== "call-queued").length);
  });
  await calm();
  expect(sent).toHaveLength(places);
  expect(journal.facts.filter(({ type }) => type === "call-queued")).toHaveLength(size - places);

  points.closed.add("append");
  points.open("models");
  for (let turns = 0; turns < 1000; turns += 1) await calm();
  // Each call that went brings two facts: that it was sent, and its end.
  expect(sent.length).toBeGreaterThan(places);
  expect(sent.length).toBeLessThan(64);
  expect(line.length).toBe(0);
  const before = sent.length;
  batches.length = 0;

  points.open("append");
  await run.answer();
  await run.settled();
  expect(sent.length).toBeGreaterThan(before);
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent.filter((what) => what.endsWith("draft"))).toHaveLength(size);
  // Those that were out when it was full could still end.
  expect(batches[0]).toBeGreaterThanOrEqual(64);
  expect(batches[0]).toBeLessThanOrEqual(64 + 2 * places);
  const idsOf = (type: Fact["type"]): readonly string[] =>
    journal.facts.flatMap((fact) => (fact.type === type && "callId" in fact ? [fact.callId] : []));
  const queued = new Set(idsOf("call-queued"));
  const drafted = idsOf("draft-finished").filter((id) => queued.has(id));
  expect(drafted.length).toBeGreaterThanOrEqual(size - places);
  expect(idsOf("call-sent")).toEqual(expect.arrayContaining(drafted));
  expect(new Set(idsOf("call-sent")).size).toBe(idsOf("call-sent").length);
});

it("a call that left the line is over when the run is cancelled meanwhile", async () => {
  const points = gates();
  const line = new Line(1);
  const { team, sent } = crowd(100, line, () => points.pause("models"));
  const journal = new SharedJournal(points);
  points.closed.add("models");
  points.closed.add("append");
  const run = begin(team, journal);
  // The beginning is kept, and what comes of it is not.
  points.open("append");
  points.closed.add("append");
  await calm();
  run.cancel();
  points.open("append");
  await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  await run.settled();
  points.open("models");
  await calm();
  expect(sent).toHaveLength(1);
});

function begin(team: Team, journal: SharedJournal, heard: (facts: readonly Fact[]) => void = () => {}): JournaledRun {
  const setup = team.setupFor(request);
  const writing = journal.for(() => run);
  const run: JournaledRun = resumeRun({
    setup,
    agents: team.agents,
    request,
    log: [],
    elapsedMs: 0,
    journal: {
      append(facts, seq) {
        heard(facts);
        return writing.append(facts, seq);
      },
    },
  });
  return run;
}
