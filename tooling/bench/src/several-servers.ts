import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import { backgroundRun } from "./background-run.ts";
import { startScript } from "./child-server.ts";
import { sharedMs } from "./clock.ts";
import { median, table } from "./figures.ts";
import { clientAgent } from "./streamed-run.ts";
import { startMassgen, teamOf } from "./test-bed.ts";
import { noFailures, verdict } from "./verdict.ts";

const numbers = [1, 2, 4];
const rounds = 3;
const runsPerRound = 200;
const atOnce = 24;

/**
 * Runs in the background on one, two and four servers that share a Postgres, asked in turns. Resolves with whether
 * every run ends well. How many more two servers carry depends on the cores: models, clients and Postgres share them
 * here.
 */
export async function severalServers(): Promise<boolean> {
  if (!hasPostgres) {
    console.log("no Postgres on this machine: left out");
    return true;
  }
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), ["--events=10", "--every-ms=1"]);
  const postgres = await startPostgres();
  const rows = [["servers", "runs/s", "of one", "CPU of all servers, ms/run"]];
  const failures: string[] = [];
  let ofOne: number | undefined;
  try {
    for (const servers of numbers) {
      const measured = await throughput(servers, upstream.url, await postgres.newDatabase());
      failures.push(...measured.failures);
      ofOne ??= measured.perSecond;
      const { perSecond, cpuMs } = measured;
      rows.push([String(servers), perSecond.toFixed(1), (perSecond / ofOne).toFixed(2), cpuMs.toFixed(1)]);
    }
  } finally {
    await postgres.stop();
    await upstream.stop();
  }
  console.log(
    `Runs of 3 agents in the background, ${atOnce} at once, ${rounds} x ${runsPerRound}; median of the rounds\n`,
  );
  console.log(table(rows));
  return verdict("no run failed", noFailures("runs", failures));
}

async function throughput(
  count: number,
  upstreamUrl: string,
  database: string,
): Promise<{ readonly perSecond: number; readonly cpuMs: number; readonly failures: readonly string[] }> {
  const { config, env } = teamOf(3, upstreamUrl);
  await using stack = new AsyncDisposableStack();
  const servers: Awaited<ReturnType<typeof startMassgen>>[] = [];
  for (let n = 0; n < count; n += 1) {
    servers.push(stack.use(await startMassgen(`${config}store: "${database}"\n`, env)));
  }
  const agent = clientAgent();
  const failures: string[] = [];
  const cpuUs = async (): Promise<number> =>
    (await Promise.all(servers.map((server) => server.figures()))).reduce((sum, figures) => sum + figures.cpuUs, 0);
  async function round(): Promise<number> {
    const began = sharedMs();
    let next = 0;
    const askInTurn = async (): Promise<void> => {
      while (next < runsPerRound) {
        const server = servers[next++ % count];
        if (server === undefined) return;
        await backgroundRun(agent, server.url, "Why is the sky blue?", sharedMs()).catch((error: unknown) =>
          failures.push(String(error)),
        );
      }
    };
    await Promise.all(Array.from({ length: atOnce }, askInTurn));
    return (runsPerRound * 1000) / (sharedMs() - began);
  }
  await round();
  const before = await cpuUs();
  const speeds: number[] = [];
  for (let n = 0; n < rounds; n += 1) speeds.push(await round());
  const cpuMs = ((await cpuUs()) - before) / 1000 / (rounds * runsPerRound);
  agent.destroy();
  return { perSecond: median(speeds), cpuMs, failures };
}
