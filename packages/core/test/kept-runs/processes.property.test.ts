import { randomInt } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Fact } from "../../src/coordination/event.ts";
import { RunFold } from "../../src/run/run-fold.ts";
import { calm, Processes, type Process } from "./processes.ts";
import type { Points } from "./shared-journal.ts";

/**
 * One run, its journal, and processes that come, freeze, wake up and die while they drive it, in any order: a list of
 * numbers decides. FC_SEED repeats a run of this file.
 */
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
const runs = Number(process.env["FC_RUNS"] ?? 300);
console.log(`processes.property: FC_SEED=${seed}`);

/** Everything that takes time waits here until it is let go, in whatever order. */
class Waiting implements Points {
  readonly out: (() => void)[] = [];

  readonly pause = (): Promise<void> => new Promise((go) => void this.out.push(go));

  async go(index: number): Promise<void> {
    this.out.splice(index % this.out.length, 1)[0]?.();
    await calm();
  }
}

const finishes: ReadonlySet<Fact["type"]> = new Set(["draft-finished", "ballot-finished", "presentation-finished"]);

it(`one log, whoever writes it (${runs} arbitrary histories)`, async () => {
  let [died, superseded] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(999_999), { maxLength: 60, size: "max" }), async (numbers) => {
      const points = new Waiting();
      let failing = 0;
      const world = new Processes(points, () => failing-- > 0);
      const dead = new Set<Process>();
      world.start();
      for (const number of numbers) {
        const [what, which] = [number % 17, Math.floor(number / 17)];
        if (what < 9 && points.out.length > 0) await points.go(which);
        else if (what < 11 && world.all.length < 8) world.start();
        else if (what < 12) world.clock.advance(which % 1000);
        else if (what < 13) failing = 1;
        else if (what < 14 && which % 8 === 0) world.journal.write({ type: "cancelled", atMs: world.clock.now() });
        else if (what < 15) {
          const process = world.all[which % world.all.length];
          // Dying is being abandoned by oneself: nothing is written any more, and all calls end.
          if (process && which % 3 === 0) {
            dead.add(process);
            process.run.abandon();
          } else if (process) world.journal.tell(process.run, 0);
        } else if (what < 16) world.journal.lostAnswers = 1;
        else if (which % 4 === 0) world.journal.write({ type: "answer-now", atMs: world.clock.now() });
        await calm();
      }
      died += dead.size;

      const last = await world.finish(async () => {
        if (points.out.length > 0) await points.go(0);
        else world.clock.advance(3000);
        await calm();
      });
      for (const { run } of world.all) run.abandon();
      await Promise.all(world.all.map(({ read }) => read));

      const fold = new RunFold(world.setup());
      const facts = world.journal.read();
      const events = facts.flatMap((fact) => fold.next(fact).events);
      expect(fold.state.phase).toBe("ended");
      expect(events.filter(({ type }) => type === "run-finished")).toHaveLength(1);
      expect(last.events).toEqual(events);
      // What a process showed was kept, and what it showed is what everybody shows.
      for (const process of world.all) expect(process.events).toEqual(events.slice(0, process.events.length));
      const finished = facts.flatMap((fact) => (finishes.has(fact.type) && "callId" in fact ? [fact.callId] : []));
      expect(new Set(finished).size).toBe(finished.length);
      expect(world.requests).toBeLessThanOrEqual(fold.state.calls.length);
      superseded += facts.filter(({ type }) => type === "resumed").length;
      await Promise.all(world.all.map(({ run }) => run.answer().catch(() => {})));
    }),
    { numRuns: runs, seed },
  );
  // A history in which nothing happens says nothing.
  expect([died > runs / 4, superseded > runs / 2]).toEqual([true, true]);
});
