import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bareRun } from "./bare-run.ts";
import { startChildServer } from "./child-server.ts";
import { median, ms, quantile, table } from "./figures.ts";
import { servedRun, type RunTimes } from "./served-run.ts";

const firstMs = 100;
const everyMs = 20;
const events = 10;
const starts = 7;

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const massgen = path("../../../apps/cli/bin/massgen.js");
const serve = ["serve", "--host", "127.0.0.1", "--port", "0"];

/** Prints what a run costs beside its critical path, through the built server, and how long the server takes to start. */
export async function runCosts(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "massgen-bench-"));
  const agents = [1, 2, 3]
    .map((n) => `  - { id: agent-${n}, backend: { type: openai, model: model-${n} } }\n`)
    .join("");
  await writeFile(join(home, "team.yaml"), `agents:\n${agents}`);

  const upstream = await startChildServer(path("../../upstream/src/main.ts"), [
    `--first-ms=${firstMs}`,
    `--every-ms=${everyMs}`,
    `--events=${events}`,
  ]);
  const env = { HOME: home, OPENAI_API_KEY: "none-needed", OPENAI_BASE_URL: `${upstream.url}/v1` };
  const server = await startChildServer(massgen, [...serve, "--config", join(home, "team.yaml")], env);

  console.log(
    `Simulated model: first event after ${firstMs} ms, ${events} events ${everyMs} ms apart; 3 agents, streamed\n`,
  );
  const rows = [
    ["at once", "bare calls p50", "massgen p50", "ratio", "massgen p99", "first byte p50", "first byte p99"],
  ];
  for (const [atOnce, count] of [
    [1, 15],
    [50, 250],
  ] as const) {
    await runs(atOnce, atOnce, () => bareRun(upstream.url));
    await runs(atOnce, atOnce, () => servedRun(server.url));
    const bare = await runs(count, atOnce, () => bareRun(upstream.url));
    const served: RunTimes[] = await runs(count, atOnce, () => servedRun(server.url));
    const totals = served.map((run) => run.totalMs);
    const firsts = served.map((run) => run.firstByteMs);
    rows.push([
      String(atOnce),
      ...[median(bare), median(totals)].map(ms),
      (median(totals) / median(bare)).toFixed(3),
      ...[quantile(totals, 0.99), median(firsts), quantile(firsts, 0.99)].map(ms),
    ]);
  }
  console.log(
    `${table(rows)}\n(all in ms; bare calls = the same seven calls, read to their ends with fetch: the critical path)\n`,
  );
  await server.stop();

  const readyTimes: number[] = [];
  for (let n = 0; n < starts; n++) {
    const demo = await startChildServer(massgen, [...serve, "--demo"], { HOME: home });
    readyTimes.push(demo.readyMs);
    await demo.stop();
  }
  console.log(`start to ready, massgen serve --demo: ${ms(median(readyTimes))} ms (median of ${starts})\n`);
  await upstream.stop();
  await rm(home, { recursive: true, force: true });
}

/** So many runs at a time, until all are done. */
async function runs<T>(count: number, atOnce: number, one: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const worker = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      results.push(await one());
    }
  };
  let started = 0;
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
