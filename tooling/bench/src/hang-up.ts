import { openLoop } from "./arrivals.ts";
import type { ChildServer } from "./child-server.ts";
import { sharedMs } from "./clock.ts";
import { ms, quantile, table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { criticalPathMs, model300ms, startBed } from "./test-bed.ts";
import { callsOf, until } from "./upstream-calls.ts";
import { verdict } from "./verdict.ts";

const atOnce = 100;
const runs = 2000;
const mostMs = 100;
/** One in so many clients leaves. */
const leaverEvery = 5;
/** Clients leave at any moment of a run but its very end. */
const lastLeaveMs = criticalPathMs - 50;

/** Resolves with whether the calls of a run end as soon as its client has left. */
export async function hangUp(): Promise<boolean> {
  await using bed = await startBed({ agents: 3, upstream: model300ms, bare: "calls" });
  // Without anybody who leaves: code that has not run yet is slow.
  await leave(bed.upstream, bed.massgen, runs / 10);
  const delays = await leave(bed.upstream, bed.massgen, runs);
  console.log(
    `One in ${leaverEvery} clients hangs up, open loop, about ${atOnce} runs of 3 agents at once: from the client's leaving to the end of its run's last call\n`,
  );
  const parts = [0.5, 0.9, 0.99, 1];
  console.log(
    table([
      ["runs", ...parts.map((part) => (part === 1 ? "most ms" : `p${part * 100} ms`))],
      [String(delays.length), ...parts.map((part) => ms(quantile(delays, part)))],
    ]),
  );
  return verdict(`p99 at most ${mostMs} ms`, quantile(delays, 0.99) <= mostMs);
}

/**
 * For each run that had calls under way when its client left: how long the last of them went on, as the upstream saw
 * it.
 */
async function leave(upstream: ChildServer, server: ChildServer, count: number): Promise<readonly number[]> {
  const agent = clientAgent();
  const leftAt = new Map<number, number>();
  await callsOf(upstream.url);
  const perSecond = (atOnce * 1000) / criticalPathMs;
  await openLoop({ perSecond, count }, async (n, dueAt) => {
    const run = streamedRun(agent, server.url, `Why is the sky blue? run-${n}`, dueAt);
    if (n % leaverEvery !== 0) {
      await run.done;
      return;
    }
    // Spread evenly over a run, and no two neighbours alike.
    const afterMs = 1 + ((n * 0.618) % 1) * lastLeaveMs;
    const timer = setTimeout(() => {
      leftAt.set(n, sharedMs());
      run.hangUp();
    }, afterMs);
    await run.done.catch(() => undefined).finally(() => clearTimeout(timer));
  });
  const ends = new Map<number, number>();
  await until("every call has ended", 10, async () => {
    const { open, broken } = await callsOf(upstream.url);
    for (const { run, atMs } of broken) ends.set(run, Math.max(atMs, ends.get(run) ?? -Infinity));
    return open === 0;
  });
  agent.destroy();
  return [...ends].flatMap(([run, atMs]) => {
    const at = leftAt.get(run);
    return at === undefined ? [] : [atMs - at];
  });
}
