import { sharedMs } from "./clock.ts";
import { median, ms, quantile, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { criticalPathMs, model300ms, startBed } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const warmUps = 3;
const rounds = 20;
const mostRatio = 1.03;

/**
 * One run at a time, beside the calls alone, in turns. Resolves with whether a run takes little more than its critical
 * path.
 */
export async function runTime(): Promise<boolean> {
  await using bed = await startBed({ agents: 3, upstream: model300ms, bare: "calls" });
  const agent = clientAgent();
  const times = new Map<string, number[]>([
    ["bare calls", []],
    ["massgen", []],
  ]);
  for (let round = 1; round <= warmUps + rounds; round++) {
    for (const [who, totals] of times) {
      const { url } = who === "massgen" ? bed.massgen : bed.bare;
      const { totalMs } = await streamedRun(agent, url, "Why is the sky blue?", sharedMs()).done;
      if (round > warmUps) totals.push(totalMs);
    }
  }
  agent.destroy();
  const rows = [...times].map(([who, totals]) => [
    who,
    ...[median(totals), quantile(totals, 0.99)].map(ms),
    (median(totals) / criticalPathMs).toFixed(3),
  ]);
  console.log(`A run of 3 agents, one at a time; critical path ${criticalPathMs} ms; median of ${rounds}\n`);
  console.log(table([["", "p50 ms", "p99 ms", "p50 / critical path"], ...rows]));
  const ratio = median(times.get("massgen") ?? []) / criticalPathMs;
  return verdict(`massgen at most ${mostRatio}`, ratio <= mostRatio);
}
