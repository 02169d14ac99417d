// What becomes of runs whose keepers stop, wait, or find their store at fault.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Agent, type RunEvent, systemPorts } from "@massgen/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import { createKeeper } from "./keeper.ts";
import type { KeptRun } from "./kept-run.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { RunStore } from "./run-store.ts";
import { openSqliteStore } from "./sqlite/index.ts";
import { StoreError } from "./store-error.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-keeper-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("time spent waiting for a place is none of the run's", async () => {
  const models = new Models();
  const store = createMemoryStore();
  const run = { ...models.run("run_1"), createdAtMs: Date.now() - 24 * 3_600_000 };
  await store.create(run);
  const keeper = await models.keeper(store);
  expect(textOf(await seen(keeper, run))).toBe("the answer");
  await keeper.close(60_000);
});

test("a run that was begun keeps its deadline, however long nobody drove it", async () => {
  const models = new Models();
  const store = createMemoryStore();
  const run = models.run("run_1");
  await store.create(run, [{ type: "run-started", dateMs: Date.now() - 24 * 3_600_000, atMs: 0 }]);
  const keeper = await models.keeper(store);
  expect((await seen(keeper, run)).at(-1)).toMatchObject({
    result: { status: "failed", failure: { code: "timeout" } },
  });
  await keeper.close(60_000);
});

test("a run is handed on as often as servers are stopped", async () => {
  const file = join(folder, "handed.db");
  const run = new Models(false).run("run_1");
  for (let stops = 0; stops < 4; stops += 1) {
    const models = new Models(false);
    const keeper = await models.keeper(await openSqliteStore({ file }));
    if (stops === 0) await keeper.accept(run);
    await models.reached(3);
    await keeper.close(0);
  }
  const models = new Models();
  const keeper = await models.keeper(await openSqliteStore({ file }));
  expect(textOf(await seen(keeper, run))).toBe("the answer");
  await keeper.close(60_000);
});

test("one that is resumed is observed anew only from where it was left", async () => {
  const file = join(folder, "observed.db");
  const first = new Models(false);
  const observed: RunEvent[] = [];
  const observe = (event: RunEvent, _: KeptRun, past: boolean): void => {
    if (!past && event.seq !== undefined) observed.push(event);
  };
  const keeper = await first.keeper(await openSqliteStore({ file }), { observe });
  const run = first.run("run_1");
  await keeper.accept(run);
  await first.reached(3);
  await keeper.close(0);
  const next = await new Models().keeper(await openSqliteStore({ file }), { observe });
  const events = await seen(next, run);
  await next.close(60_000);
  expect(observed).toEqual(events);
});

test("a store that is stopped while a team is built leaves the run as it is", async () => {
  const models = new Models(false);
  const store = createMemoryStore();
  const building = Promise.withResolvers<void>();
  const built = Promise.withResolvers<void>();
  const agentsFor = async (): Promise<readonly Agent[]> => {
    building.resolve();
    await built.promise;
    return models.agents;
  };
  const { clock } = systemPorts;
  const setTimer: typeof clock.setTimer = (ms, callback) => {
    if (ms > 0) return clock.setTimer(ms, callback);
    callback();
    return () => undefined;
  };
  const keeper = createKeeper({ store, agentsFor, ports: { ...systemPorts, clock: { ...clock, setTimer } } });
  await keeper.begin();
  await keeper.accept(models.run("run_1"));
  await building.promise;
  const stopped = keeper.stop(0);
  built.resolve();
  await stopped;
  expect(models.asked).toEqual([]);
  expect(await store.read("run_1", 0)).toEqual([]);
  await keeper.close(0);
});

test("a viewer waits where the store fails for a while, and ends where it is closed", async () => {
  const models = new Models(false);
  const store = createMemoryStore();
  let failures = 0;
  const failing: RunStore = {
    ...store,
    read: (id, from) => {
      if (failures === 0 || from === 0) return store.read(id, from);
      failures -= 1;
      return Promise.reject(new StoreError("unavailable", "the disk is away"));
    },
  };
  const keeper = await models.keeper(failing);
  const run = models.run("run_1");
  const second = models.run("run_2");
  await keeper.accept(run);
  await models.reached(3);
  const viewing = seen(keeper, run);
  failures = 2;
  models.letGo();
  expect(textOf(await viewing)).toBe("the answer");
  expect(failures).toBe(0);
  await store.create(second);
  const waiting = seen(keeper, second);
  await keeper.close(0);
  expect(await waiting).toEqual([]);
});

test("a keeper that is closed before it begins drives nothing", async () => {
  const models = new Models();
  const store = await openSqliteStore({ file: join(folder, "closed.db") });
  await store.create(models.run("run_1"));
  const keeper = createKeeper({ store, agentsFor: async () => models.agents, ports: systemPorts });
  await keeper.close(0);
  await keeper.begin();
  expect(keeper.counts()).toEqual({ driven: 0, waiting: 0 });
  expect(models.asked).toEqual([]);
});

test("a run that cannot be read is reported once, and the others are driven", async () => {
  const models = new Models();
  const file = join(folder, "damaged.db");
  const [one, other] = [models.run("run_1"), models.run("run_2")];
  const store = await openSqliteStore({ file });
  await store.create(one);
  await store.create(other);
  const db = new DatabaseSync(file);
  db.exec("update run set head = x'0041', summary = x'0041' where id = 'run_1'");
  db.close();
  const failures: string[] = [];
  const keeper = await models.keeper(store, { failed: (message: string) => void failures.push(message) });
  expect(textOf(await seen(keeper, other))).toBe("the answer");
  await keeper.close(60_000);
  expect(failures).toEqual(["the run run_1 could not be driven"]);
});
