import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ChildServer, startScript } from "./child-server.ts";
import { sharedMs } from "./clock.ts";
import { ratioInterval, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { startMassgen, teamOf } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

/** The same program costs up to a twentieth more or less from one start to the next. */
const starts = 4;
const warmUps = 2;
const pairsAStart = 5;
const pairs = starts * pairsAStart;
const mostRatio = 1.03;

/**
 * Answers of few events, where a run costs more than its answers; of many that come faster than they can be passed on;
 * and as services send them, so that every event is read, passed on and written by itself. A turn is `runs` of them; a
 * pair is `turns` turns of each side, short ones, since a machine is faster in one minute than in the next.
 */
const loads = (
  [
    { events: 10, everyMs: 1, atOnce: 12, runs: 60, turns: 8 },
    { events: 100, everyMs: 1, atOnce: 12, runs: 24, turns: 4 },
    { events: 30, everyMs: 30, atOnce: 60, runs: 60, turns: 2 },
  ] as const
).slice(0, Number(process.env.ROWS ?? 3));

type Load = (typeof loads)[number];

/**
 * What a run of three agents costs the server's process, beside another checkout of this repository, built, in turns.
 * Resolves with whether it costs no more, with 95 % confidence.
 * @param otherCheckout the folder of the other one
 */
export async function paired(otherCheckout: string): Promise<boolean> {
  const bin = new URL("apps/cli/bin/massgen.js", pathToFileURL(`${resolve(otherCheckout)}/`));
  const rows = [["", "other us/run", "this us/run", "ratio", "95 % interval"]];
  let kept = true;
  for (const load of loads) {
    const costs = await costsBeside(bin, load);
    const [low, ratio, high] = ratioInterval(costs);
    const [other, own] = [0, 1].map((side) =>
      (costs.reduce((sum, pair) => sum + (pair[side] ?? 0), 0) / pairs).toFixed(0),
    );
    const name = `${load.events} events an answer, ${load.everyMs} ms apart, ${load.atOnce} runs at once`;
    rows.push([name, other ?? "", own ?? "", ratio.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`]);
    kept &&= high < mostRatio;
  }
  console.log(`CPU of the server for a run of 3 agents; ${pairs} pairs, in turns\n`);
  console.log(table(rows));
  return verdict(`upper end of the ratio's interval below ${mostRatio}`, kept);
}

/** Pairs of microseconds a run: of the other checkout, and of this one. */
async function costsBeside(bin: URL, load: Load): Promise<readonly (readonly [number, number])[]> {
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), [
    `--events=${load.events}`,
    `--every-ms=${load.everyMs}`,
  ]);
  const { config, env } = teamOf(3, upstream.url);
  const costs: (readonly [number, number])[] = [];
  for (let start = 0; start < starts; start++) {
    await using other = await startMassgen(config, env, bin);
    await using own = await startMassgen(config, env);
    for (let round = 0; round < warmUps + pairsAStart; round++) {
      const pair = await costsInTurns(other, own, load);
      if (round >= warmUps) costs.push(pair);
    }
  }
  await upstream.stop();
  return costs;
}

async function costsInTurns(other: ChildServer, own: ChildServer, load: Load): Promise<readonly [number, number]> {
  const pair: [number, number] = [0, 0];
  // Both orders: the server that is measured first costs up to a tenth less.
  for (let turn = 0; turn < load.turns; turn++) {
    for (const side of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      pair[side] += (await costOfRun(side === 0 ? other : own, load)) / load.turns;
    }
  }
  return pair;
}

/**
 * In microseconds of the server's process. Its garbage is its own matter: a collection before each turn would make all
 * that follows half as dear again.
 */
async function costOfRun(server: ChildServer, { atOnce, runs }: Load): Promise<number> {
  const agent = clientAgent();
  const before = await server.figures();
  const askInTurn = async (): Promise<void> => {
    for (let run = 0; run < runs / atOnce; run++) {
      await streamedRun(agent, server.url, "Why is the sky blue?", sharedMs()).done;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
  const after = await server.figures();
  agent.destroy();
  return (after.cpuUs - before.cpuUs) / runs;
}
