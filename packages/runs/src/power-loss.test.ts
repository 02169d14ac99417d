// What a power cut, or a frozen process, leaves of a run in a SQLite file is enough to go on.
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "@massgen/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import type { KeptRun } from "./kept-run.ts";
import type { RunStore } from "./run-store.ts";
import { openSqliteStore } from "./sqlite/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-power-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every question of a phase is asked once in all; a ballot may become needless before. */
function expectNoneTwice(left: readonly Fact[], asked: readonly string[]): void {
  const sum = (phase: string): number =>
    left.filter(({ type }) => type === `${phase}-finished`).length + asked.filter((one) => one.endsWith(phase)).length;
  expect([sum("draft"), sum("presentation")]).toEqual([3, 1]);
  expect(sum("ballot")).toBeLessThanOrEqual(3);
}

/** A run that was driven to its end in a file, which is left as a power cut would leave it. */
async function wholeRun(file: string): Promise<{ readonly run: KeptRun; readonly log: readonly Fact[] }> {
  const models = new Models();
  const store = await openSqliteStore({ file });
  const keeper = await models.keeper(store);
  const run = models.run("run_1");
  await keeper.accept(run);
  await seen(keeper, run);
  await keeper.stop(60_000);
  const log = await store.read("run_1", 0);
  for (const end of ["", "-wal"]) await copyFile(file + end, `${file}.cut${end}`);
  await keeper.close(0);
  return { run, log };
}

/** Goes on with what is in a file. Returns what was left. */
async function goOn(store: RunStore, run: KeptRun): Promise<readonly Fact[]> {
  const left = await store.read("run_1", 0);
  const models = new Models();
  const keeper = await models.keeper(store);
  expect(textOf(await seen(keeper, run))).toBe("the answer");
  await keeper.stop(60_000);
  expect((await store.read("run_1", 0)).slice(0, left.length)).toEqual(left);
  expect((await keeper.list({ limit: 1 }))[0]?.end?.outcome).toBe("unanimous");
  await keeper.close(0);
  expectNoneTwice(left, models.asked);
  return left;
}

test("a log cut behind any fact is gone on with, and no finished call is made again", async () => {
  const { run, log } = await wholeRun(join(folder, "facts.db"));
  for (let length = 0; length <= log.length; length += 1) {
    const store = await openSqliteStore({ file: join(folder, `facts-${length}.db`) });
    await store.create(run, log.slice(0, length));
    expect(await goOn(store, run)).toHaveLength(length);
  }
});

test("a file whose journal is cut at any length has a beginning of the log, and the run goes on", async () => {
  const file = join(folder, "wal.db");
  const { run, log } = await wholeRun(file);
  const wal = await readFile(`${file}.cut-wal`);
  const lengths = new Set<number>();
  const page = 4096 + 24;
  for (let length = 0; length <= wal.length + 1500; length += Math.ceil(page / 2.5)) {
    const cut = join(folder, `wal-${length}.db`);
    await copyFile(`${file}.cut`, cut);
    await writeFile(`${cut}-wal`, wal.subarray(0, length));
    const store = await openSqliteStore({ file: cut });
    if ((await store.find("run_1")) === undefined) {
      await store.close();
      continue;
    }
    const left = await goOn(store, run);
    expect(left).toEqual(log.slice(0, left.length));
    lengths.add(left.length);
  }
  expect(lengths.size).toBeGreaterThan(5);
  expect(lengths.has(log.length)).toBe(true);
}, 120_000);

test("a frozen holder whose run another has ended stops, and writes nothing", async () => {
  const store = await openSqliteStore({ file: join(folder, "frozen.db") });
  const first = new Models(false);
  let thawed: PromiseWithResolvers<void> | undefined;
  const frozen: RunStore = {
    ...store,
    // What it would hear and write has to wait until it runs again.
    watch: (id, wake) => store.watch(id, () => void (thawed ? thawed.promise.then(wake) : wake())),
    append: async (...call) => {
      await thawed?.promise;
      return store.append(...call);
    },
    close: async () => undefined,
  };
  const holder = await first.keeper(frozen);
  const run = first.run("run_1");
  await holder.accept(run);
  await first.reached(3);
  thawed = Promise.withResolvers();
  first.letGo();
  const second = new Models();
  const other = await second.keeper({ ...store, close: async () => undefined });
  const events = await seen(other, run);
  await other.close(60_000);
  const log = await store.read("run_1", 0);
  thawed.resolve();
  await holder.close(60_000);
  expect(textOf(events)).toBe("the answer");
  expect(await store.read("run_1", 0)).toEqual(log);
  expect(log.filter(({ type }) => type === "resumed")).toHaveLength(1);
  expect(first.asked).toHaveLength(3);
  await store.close();
});
