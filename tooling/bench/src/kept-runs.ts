import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresStore } from "@massgen/postgres";
import type { KeptLog, RunEnd, RunStore } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import { openLoop } from "./arrivals.ts";
import { backgroundRun, getResponse } from "./background-run.ts";
import { type ChildServer, startScript } from "./child-server.ts";
import { median, ms, quantile, table } from "./figures.ts";
import { clientAgent } from "./streamed-run.ts";
import { startMassgen, teamOf } from "./test-bed.ts";
import { noFailures, verdict } from "./verdict.ts";

const many = 100_000;
/** Runs a second, and for how long: what two cores carry with the clients and the models beside the server. */
const load = { perSecond: 50, count: 750 };
const warmUp = { perSecond: 50, count: 150 };
/** How many times as long as in an empty store the median may take in a full one. */
const mostRatio = 1.25;

/** A store under the bench. */
interface BenchedStore extends AsyncDisposable {
  readonly name: string;
  /** What `store` says in the configuration. */
  readonly address: string;
  readonly open: () => Promise<RunStore>;
}

/**
 * Runs in the background in a store that is empty, and in one that holds 100,000 others: from the request to the first
 * fact, and to fetch a response. Resolves with whether a full store is no slower.
 */
export async function keptRuns(): Promise<boolean> {
  let kept = true;
  const rows = [["", "kept before", "first fact p50 ms", "p99", "GET p50 ms", "p99"]];
  for (const open of [sqliteStore, postgresStore]) {
    await using store = await open();
    if (store === undefined) {
      console.log("no Postgres on this machine: its rows are left out");
      continue;
    }
    const empty = await figuresOf(store);
    const keptBefore = await fill(store);
    const full = await figuresOf(store);
    for (const [before, { firstFact, get }] of [
      ["few", empty],
      [keptBefore.toLocaleString("en"), full],
    ] as const) {
      const times = [firstFact, get].flatMap((all) => [ms(median(all)), ms(quantile(all, 0.99))]);
      rows.push([store.name, before, ...times]);
    }
    kept &&= noFailures(store.name, [...empty.failures, ...full.failures]);
    kept &&= median(full.firstFact) <= mostRatio * median(empty.firstFact);
    kept &&= median(full.get) <= mostRatio * median(empty.get);
  }
  console.log(`Runs of 3 agents in the background, ${load.perSecond} a second; each fetched afterwards\n`);
  console.log(table(rows));
  return verdict(`no run failed, medians in a full store at most ${mostRatio} of those in an empty one`, kept);
}

interface Figures {
  readonly firstFact: readonly number[];
  readonly get: readonly number[];
  readonly failures: readonly string[];
}

async function figuresOf({ address }: BenchedStore): Promise<Figures> {
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), ["--events=10", "--every-ms=1"]);
  const { config, env } = teamOf(3, upstream.url);
  const agent = clientAgent();
  try {
    await using server: ChildServer & AsyncDisposable = await startMassgen(`${config}store: "${address}"\n`, env);
    const ask = (n: number, dueAt: number) => backgroundRun(agent, server.url, `Why is the sky blue? ${n}`, dueAt);
    await openLoop(warmUp, ask);
    const runs = await openLoop(load, ask);
    const ids = runs.results.map(({ id }) => id);
    const gets = await openLoop({ ...load, count: ids.length }, (n, dueAt) =>
      getResponse(agent, server.url, ids[n] ?? "", dueAt),
    );
    return {
      firstFact: runs.results.map(({ firstFactMs }) => firstFactMs),
      get: gets.results,
      failures: [...runs.failures, ...gets.failures],
    };
  } finally {
    agent.destroy();
    await upstream.stop();
  }
}

/** Copies a run of the server's until there are many. Resolves with how many the store holds. */
async function fill(store: BenchedStore): Promise<number> {
  const opened = await store.open();
  try {
    const [newest] = await opened.list({ limit: 1, open: false });
    const run = newest && (await opened.find(newest.id));
    if (run === undefined || newest?.end === undefined) throw new Error("the store holds no run to copy");
    const log: KeptLog = await opened.read(run.id, 0);
    const end: RunEnd = newest.end;
    const places = 16;
    const copyEach = async (place: number): Promise<void> => {
      for (let n = place; n < many; n += places) await opened.create({ ...run, id: `${run.id}-${n}` }, log, end);
    };
    await Promise.all(Array.from({ length: places }, (_, place) => copyEach(place)));
  } finally {
    await opened.close();
  }
  return many + load.count + warmUp.count;
}

async function sqliteStore(): Promise<BenchedStore> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-kept-"));
  const file = join(folder, "runs.db");
  return {
    name: "SQLite",
    address: `sqlite:${file}`,
    open: () => openSqliteStore({ file }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgresStore(): Promise<BenchedStore | undefined> {
  if (!hasPostgres) return undefined;
  const server = await startPostgres();
  const address = await server.newDatabase();
  return {
    name: "Postgres",
    address,
    open: () => openPostgresStore({ url: address }),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
