import { openLoop } from "./arrivals.ts";
import { table } from "./figures.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { startBed, type TestBed } from "./test-bed.ts";
import { callsOf, hold, release, until } from "./upstream-calls.ts";
import { noFailures, verdict } from "./verdict.ts";

const runs = 2000;
const agents = 3;
const perSecond = 200;
const warmUps = 20;
/** Longer than the 15 s between two heartbeats. */
const holdMs = 20_000;
const mostKb = 300;

interface Held {
  readonly idleBytes: number;
  readonly heldBytes: number;
  readonly heldHeapBytes: number;
  readonly sockets: number;
  readonly failures: readonly string[];
}

/**
 * So many runs under way on one process, all drafting, every draft begun; then they go on to their ends. Resolves with
 * whether a run needs little memory, and all end well.
 */
export async function heldRuns(): Promise<boolean> {
  await using bed = await startBed({ agents, upstream: ["--events=10", "--every-ms=30"], bare: "calls" });
  const rows = [["", "idle MiB", "held MiB", "RSS KB/run", "heap held MiB", "sockets", "failed"]];
  const held = { "bare calls": await holdOn(bed, "bare"), massgen: await holdOn(bed, "massgen") };
  for (const [who, { idleBytes, heldBytes, heldHeapBytes, sockets, failures }] of Object.entries(held)) {
    const kb = (heldBytes - idleBytes) / runs / 1000;
    const [idle, all, heap] = [idleBytes, heldBytes, heldHeapBytes].map((bytes) => (bytes / 2 ** 20).toFixed(0));
    rows.push([who, idle ?? "", all ?? "", kb.toFixed(0), heap ?? "", String(sockets), String(failures.length)]);
  }
  console.log(`${runs} streamed runs of ${agents} agents held on one process for ${holdMs / 1000} s, then finished\n`);
  console.log(table(rows));
  const { massgen } = held;
  const perRun = (massgen.heldBytes - massgen.idleBytes) / runs / 1000;
  const fine = noFailures("bare calls", held["bare calls"].failures) && noFailures("massgen", massgen.failures);
  return verdict(`massgen at most ${mostKb} KB for each, no run failed`, fine && perRun <= mostKb);
}

async function holdOn({ upstream, ...servers }: TestBed, who: "bare" | "massgen"): Promise<Held> {
  const server = servers[who];
  const agent = clientAgent();
  const ask = (count: number) =>
    openLoop({ perSecond, count }, (n, dueAt) => streamedRun(agent, server.url, `Go. run-${n}`, dueAt).done);
  // What is loaded on first use is no part of a run.
  await ask(warmUps);
  const idle = await server.figures("collection");
  await hold(upstream.url);
  const load = ask(runs);
  await until("all calls are open", 120, async () => (await callsOf(upstream.url)).open === runs * agents);
  await new Promise((resolve) => void setTimeout(resolve, holdMs));
  const { rssBytes: heldBytes, sockets } = await server.figures();
  const { heapBytes: heldHeapBytes } = await server.figures("collection");
  await release(upstream.url);
  const { failures } = await load;
  agent.destroy();
  return { idleBytes: idle.rssBytes, heldBytes, heldHeapBytes, sockets, failures };
}
