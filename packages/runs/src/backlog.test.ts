// How much may wait in the background.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Models } from "../test/models.ts";
import { refuseBeyond, Waiting } from "./backlog.ts";
import type { Keeper } from "./keeper.ts";
import type { KeptRun } from "./kept-run.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { RunStore } from "./run-store.ts";
import { openSqliteStore } from "./sqlite/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-backlog-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lots = 1e9;
let files = 0;

describe.each<[string, () => Promise<RunStore>]>([
  ["memory", async () => createMemoryStore()],
  ["SQLite", () => openSqliteStore({ file: join(folder, `${(files += 1)}.db`) })],
])("a keeper on %s", (_, open) => {
  test("refuses what is more than the queue takes, and takes more once there is room", async () => {
    const models = new Models(false);
    const keeper = await full(models, await open(), { runs: 20, bytes: lots });
    await accept(keeper, models, 20);
    await expect(keeper.accept(owned(models, "one-more"))).rejects.toMatchObject({
      reason: "busy",
      message: "20 runs wait in the background, the most that this server lets wait (background_queue)",
    });
    expect(await keeper.find("one-more")).toBeUndefined();
    models.letGo();
    for await (const event of keeper.events(models.run("run_19"))) if (event.type === "run-finished") break;
    await keeper.accept(owned(models, "one-more"));
    await keeper.close(60_000);
  });

  test("refuses an owner who has a tenth of it, and nobody else", async () => {
    const models = new Models(false);
    const keeper = await full(models, await open(), { runs: 20, bytes: lots });
    await keeper.accept(owned(models, "bob_1", "bob"));
    await keeper.accept(owned(models, "bob_2", "bob"));
    await expect(keeper.accept(owned(models, "bob_3", "bob"))).rejects.toThrow(
      "2 runs of your key wait in the background, the most that one key may have (a tenth of background_queue)",
    );
    await keeper.accept(owned(models, "eve_1", "eve"));
    await accept(keeper, models, 10);
    // What was cancelled or removed waits no longer.
    await keeper.cancel(owned(models, "bob_1", "bob"));
    await keeper.accept(owned(models, "bob_3", "bob"));
    await keeper.remove(owned(models, "bob_2", "bob"));
    await keeper.accept(owned(models, "bob_4", "bob"));
    await expect(keeper.accept(owned(models, "bob_5", "bob"))).rejects.toMatchObject({ reason: "busy" });
    const cancelled = await keeper.list({ limit: 1, open: false, owner: "bob" });
    expect(cancelled).toMatchObject([{ id: "bob_1", end: { outcome: "cancelled" } }]);
    await keeper.close(0);
  });

  test("counts what the requests hold", async () => {
    const models = new Models(false);
    const size = JSON.stringify(models.run("run_0")).length;
    const keeper = await full(models, await open(), { runs: lots, bytes: 10 * size });
    await keeper.accept(owned(models, "bob_1", "bob"));
    await expect(keeper.accept(owned(models, "bob_2", "bob"))).rejects.toThrow(
      /^The runs of your key that wait in the background hold \d+ MB, the most that one key may have/,
    );
    const large = owned(models, "large");
    const request = { ...large.request, messages: [{ role: "user", content: "x".repeat(10 * size) }] } as const;
    await keeper.accept({ ...large, request });
    await expect(keeper.accept(owned(models, "run_3"))).rejects.toThrow(/\(background_queue_mb\)$/);
    await keeper.close(0);
  });
});

test("what was left in the queue counts after a restart", async () => {
  const file = join(folder, "restart.db");
  const models = new Models(false);
  const limits = { runs: 10, bytes: lots };
  const keeper = await full(models, await openSqliteStore({ file }), limits);
  await keeper.accept(owned(models, "bob_1", "bob"));
  await keeper.close(0);
  const next = await full(models, await openSqliteStore({ file }), limits, "other");
  await expect(next.accept(owned(models, "bob_2", "bob"))).rejects.toMatchObject({ reason: "busy" });
  await next.close(0);
});

test("a tally comes back to nothing", () => {
  const waiting = new Waiting();
  waiting.add({ id: "a", owner: "__proto__", bytes: 5 });
  waiting.add({ id: "a", owner: "__proto__", bytes: 5 });
  waiting.add({ id: "b", owner: "bob", bytes: 7 });
  expect(waiting.backlogs("__proto__")).toEqual({ all: { runs: 2, bytes: 12 }, own: { runs: 1, bytes: 5 } });
  for (const id of ["a", "a", "b", "c"]) waiting.delete(id);
  expect(waiting.backlogs("bob")).toEqual({ all: { runs: 0, bytes: 0 }, own: { runs: 0, bytes: 0 } });
});

test("the least limit lets one run wait for each key", () => {
  const one = { runs: 1, bytes: 1 };
  const none = { runs: 0, bytes: 0 };
  expect(() => refuseBeyond({ runs: 2, bytes: lots }, { all: one, own: none }, "bob")).not.toThrow();
  expect(() => refuseBeyond({ runs: 2, bytes: lots }, { all: one, own: one }, "bob")).toThrow(
    "1 run of your key waits",
  );
});

/** A run without a key's owner, unless one is named. */
function owned(models: Models, id: string, owner = "anonymous"): KeptRun {
  return { ...models.run(id), owner };
}

async function accept(keeper: Keeper, models: Models, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await keeper.accept(owned(models, `run_${n}`));
}

/** A keeper whose only place is taken. */
async function full(
  models: Models,
  store: RunStore,
  limits: { readonly runs: number; readonly bytes: number },
  id = "first",
): Promise<Keeper> {
  const keeper = await models.keeper(store, { places: () => 1, mostWaiting: () => limits });
  if ((await keeper.list({ limit: 1, open: true })).length === 0) await keeper.accept(owned(models, id));
  await models.reached(3);
  return keeper;
}
