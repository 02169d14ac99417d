import type { Agent } from "node:http";
import { openLoop } from "./arrivals.ts";
import type { ChildServer } from "./child-server.ts";
import { median, ms, quantile, table } from "./figures.ts";
import { clientAgent, streamedRun, type RunTimes } from "./streamed-run.ts";
import { criticalPathMs, model300ms, startBed, type TestBed } from "./test-bed.ts";
import { noFailures, verdict } from "./verdict.ts";

const warmUpSeconds = 3;
const seconds = 6;
const rounds = 2;
const bounds = [
  { atOnce: 100, mostRatio: 1.1 },
  { atOnce: 300, mostRatio: 1.35 },
];
/** Of the bare calls' time, where that is over the bound as well. */
const mostBareRatio = 1.15;
const firstByteBounds = { atOnce: 100, p50Ms: 10, p99Ms: 50 };

/** What a load came to, all rounds together. */
interface Loaded {
  readonly runs: readonly RunTimes[];
  readonly failures: readonly string[];
  readonly peak: number;
  /** Of the server's process, per run. */
  readonly cpuMs: number;
}

/** Runs that arrive at the rate at which so many would be under way, took each no more than its critical path. */
async function load(agent: Agent, server: ChildServer, atOnce: number, lastsSeconds: number): Promise<Loaded> {
  const perSecond = (atOnce * 1000) / criticalPathMs;
  const count = Math.round(perSecond * lastsSeconds);
  const before = await server.figures();
  const { results, failures, peak } = await openLoop(
    { perSecond, count },
    (n, dueAt) => streamedRun(agent, server.url, `Why is the sky blue? run-${n}`, dueAt).done,
  );
  const after = await server.figures();
  return { runs: results, failures, peak, cpuMs: (after.cpuUs - before.cpuUs) / 1000 / count };
}

function together(parts: readonly Loaded[]): Loaded {
  return {
    runs: parts.flatMap(({ runs }) => runs),
    failures: parts.flatMap(({ failures }) => failures),
    peak: Math.max(...parts.map(({ peak }) => peak)),
    cpuMs: median(parts.map(({ cpuMs }) => cpuMs)),
  };
}

/** The bare calls and massgen under the same load, in turns. */
async function compare(bed: TestBed, atOnce: number): Promise<{ readonly bare: Loaded; readonly massgen: Loaded }> {
  const agent = clientAgent();
  const parts = { bare: [] as Loaded[], massgen: [] as Loaded[] };
  for (const who of ["bare", "massgen"] as const) await load(agent, bed[who], atOnce, warmUpSeconds);
  for (let round = 0; round < rounds; round++) {
    for (const who of ["bare", "massgen"] as const) parts[who].push(await load(agent, bed[who], atOnce, seconds));
  }
  agent.destroy();
  return { bare: together(parts.bare), massgen: together(parts.massgen) };
}

const head = ["at once", "", "runs/s", "p50 ms", "p99 ms", "p50 / critical path", "most at once", "CPU ms/run"];

function row(atOnce: number, who: string, { runs, peak, cpuMs }: Loaded): string[] {
  const totals = runs.map(({ totalMs }) => totalMs);
  return [
    String(atOnce),
    who,
    ((atOnce * 1000) / criticalPathMs).toFixed(0),
    ...[median(totals), quantile(totals, 0.99)].map(ms),
    (median(totals) / criticalPathMs).toFixed(3),
    String(peak),
    cpuMs.toFixed(2),
  ];
}

/** Many runs at a time, beside the calls alone. Resolves with whether they take little longer than one. */
export async function concurrency(): Promise<boolean> {
  await using bed = await startBed({ agents: 3, upstream: model300ms, bare: "calls" });
  const rows = [head];
  const verdicts: [string, boolean][] = [];
  for (const { atOnce, mostRatio } of bounds) {
    const { bare, massgen } = await compare(bed, atOnce);
    rows.push(row(atOnce, "bare calls", bare), row(atOnce, "massgen", massgen));
    const [bareMs, massgenMs] = [bare, massgen].map(({ runs }) => median(runs.map(({ totalMs }) => totalMs)));
    if (bareMs === undefined || massgenMs === undefined) throw new TypeError("two medians of two loads");
    const kept = massgenMs / criticalPathMs <= mostRatio || massgenMs / bareMs <= mostBareRatio;
    verdicts.push([
      `${atOnce} at once: at most ${mostRatio}, or ${mostBareRatio} of the bare calls (is ${(massgenMs / bareMs).toFixed(3)})`,
      kept,
    ]);
    verdicts.push([
      `${atOnce} at once: no run failed`,
      noFailures("bare calls", bare.failures) && noFailures("massgen", massgen.failures),
    ]);
  }
  console.log(
    `Runs of 3 agents, open loop; critical path ${criticalPathMs} ms; ${rounds} x ${seconds} s each, in turns\n`,
  );
  console.log(table(rows));
  return verdicts.map(([bound, kept]) => verdict(bound, kept)).every(Boolean);
}

/** Resolves with whether the first byte of an answer comes at once, also when many runs are under way. */
export async function firstByte(): Promise<boolean> {
  await using bed = await startBed({ agents: 3, upstream: model300ms, bare: "calls" });
  const { atOnce, p50Ms, p99Ms } = firstByteBounds;
  const { bare, massgen } = await compare(bed, atOnce);
  const rows = Object.entries({ "bare calls": bare, massgen }).map(([who, { runs }]) => {
    const firsts = runs.map(({ firstByteMs }) => firstByteMs);
    return [who, ...[0.5, 0.9, 0.99, 1].map((part) => ms(quantile(firsts, part)))];
  });
  console.log(`First byte of the answer's body, runs of 3 agents, ${atOnce} at once, open loop\n`);
  console.log(table([["", "p50 ms", "p90 ms", "p99 ms", "most ms"], ...rows]));
  const firsts = massgen.runs.map(({ firstByteMs }) => firstByteMs);
  const fine = noFailures("massgen", massgen.failures);
  return verdict(
    `massgen p50 at most ${p50Ms} ms, p99 at most ${p99Ms} ms`,
    fine && median(firsts) <= p50Ms && quantile(firsts, 0.99) <= p99Ms,
  );
}
