import { openLoop } from "./arrivals.ts";
import type { ChildServer } from "./child-server.ts";
import { median, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { startBed } from "./test-bed.ts";
import { noFailures, verdict } from "./verdict.ts";

const streams = 40;
const tokens = 500;
const everyMs = 10;
const warmUpRounds = 2;
const rounds = 6;
const mostRatio = 3;

/** Streams that begin spread over as long as one event takes, so that their events do not come in step. */
const arrivals = { perSecond: (streams * 1000) / everyMs, count: streams };

/**
 * What it costs to pass on a token of a single agent's answer, beside a relay that looks at nothing. Resolves with
 * whether it is little more.
 */
export async function relayCost(): Promise<boolean> {
  const upstream = [`--events=${tokens}`, `--every-ms=${everyMs}`];
  await using bed = await startBed({ agents: 1, upstream, bare: "relay" });
  const costs = { relay: [] as number[], massgen: [] as number[] };
  const failures: string[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const who of ["relay", "massgen"] as const) {
      const cost = await costPerToken(who === "relay" ? bed.bare : bed.massgen, failures);
      if (round >= warmUpRounds) costs[who].push(cost);
    }
  }
  const ratio = median(costs.massgen) / median(costs.relay);
  console.log(`One agent's answer passed through: ${streams} streams of ${tokens} events, ${everyMs} ms apart\n`);
  console.log(
    table([
      ["", "CPU us/token", "ratio"],
      ["relay (node:http, bytes)", median(costs.relay).toFixed(1), ""],
      ["massgen", median(costs.massgen).toFixed(1), ratio.toFixed(2)],
    ]),
  );
  return verdict(`massgen at most ${mostRatio} relays`, noFailures("streams", failures) && ratio <= mostRatio);
}

/** In microseconds of the server's process. */
async function costPerToken(server: ChildServer, failures: string[]): Promise<number> {
  const agent = clientAgent();
  const before = await server.figures();
  const load = await openLoop(arrivals, (_, dueAt) => streamedRun(agent, server.url, "Go.", dueAt).done);
  const after = await server.figures();
  agent.destroy();
  failures.push(...load.failures);
  return (after.cpuUs - before.cpuUs) / (streams * tokens);
}
