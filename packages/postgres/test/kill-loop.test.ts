import type { LoggedEvent } from "@massgen/core";
import { hasPostgresForLong, startPostgres } from "@massgen/test-postgres";
import { expect, test } from "vitest";
import { OtherProcess } from "./other-process.ts";
import { callsOfARun, Team } from "./team.ts";

/** How many processes are killed. */
const kills = process.env["MASSGEN_TESTS"] === "long" ? 100 : 15;

/** How long a call takes at most, in milliseconds. */
const callMs = 500;
/** How many runs one process drives at once, and how many are under way or wait: more than all can drive. */
const places = 8;
const lanes = 20;

test.skipIf(!hasPostgresForLong)(
  "of processes killed in the middle of their calls no run is left, and no finished call is made again",
  async () => {
    const server = await startPostgres();
    const url = await server.newDatabase();
    const team = new Team(() => {});
    // It shows runs, and drives none.
    const viewer = await team.keeper(url, 0);
    const start = async (): Promise<OtherProcess> => {
      const started = await OtherProcess.start(url, places, callMs);
      started.tell({ letGo: true });
      return started;
    };
    const ended: OtherProcess[] = [];
    let driving = [await start(), await start()];

    const seen: LoggedEvent[][] = [];
    const enough = new AbortController();
    async function follow(lane: number): Promise<void> {
      for (let n = 0; !enough.signal.aborted; n += 1) {
        const run = team.run(`run_${lane}_${n}`);
        await viewer.accept(run);
        const events: LoggedEvent[] = [];
        for await (const event of viewer.events(run)) events.push(event);
        seen.push(events);
      }
    }
    const following = Promise.all(Array.from({ length: lanes }, (_, lane) => follow(lane)));
    for (let n = 0; n < kills; n += 1) {
      const [killed, ...others] = driving.toSorted(() => Math.random() - 0.5);
      if (killed === undefined) throw new Error("two are driving");
      await killed.reached("asked", killed.asked() + 1 + Math.floor(30 * Math.random()));
      await killed.signal("SIGKILL");
      ended.push(killed);
      driving = [...others, await start()];
    }
    enough.abort();
    await following;

    for (const events of seen) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
      const last = events.at(-1);
      const lost = events.filter(({ type }) => type === "call-lost").length;
      // A run that is lost three times is given up where it can have no process of its own.
      const expected = lost < 3 ? ["answered"] : ["answered", "failed"];
      expect(expected, JSON.stringify(last)).toContain(last?.type === "run-finished" ? last.result.status : "open");
    }
    const lost = seen.flat().filter(({ type }) => type === "call-lost").length;
    const asked = [...ended, ...driving].reduce((sum, process) => sum + process.asked(), 0);
    expect(lost).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(seen.length * callsOfARun + lost);
    for (const process of driving) await process.signal("SIGKILL");
    await viewer.close(0);
    await server.stop();
  },
);
