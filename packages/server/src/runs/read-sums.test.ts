import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore, type RunStore } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { ended, keptRun } from "@massgen/runs/testing";
import { afterEach, expect, test } from "vitest";
import type { History } from "./history.ts";
import { readSums } from "./read-sums.ts";

let folder: string | undefined;
let store: RunStore;
afterEach(async () => {
  await store.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
});

const openers: readonly (readonly [string, () => Promise<RunStore>])[] = [
  ["memory", async () => createMemoryStore()],
  [
    "sqlite",
    async () => {
      folder = await mkdtemp(join(tmpdir(), "massgen-sums-"));
      return openSqliteStore({ file: join(folder, "runs.db") });
    },
  ],
];

const reading = { signal: new AbortController().signal, pause: async () => {} };

const listOf: () => Pick<History, "kept"> = () => ({
  kept: (whose, page) =>
    store.list({ ...page, ...(whose !== "everybody" && whose.owner !== undefined && { owner: whose.owner }) }),
});

test.each(openers)("counts each run once, over many pages and equal times: %s", async (_, open) => {
  store = await open();
  for (let n = 0; n < 650; n += 1) {
    const createdAtMs = n < 450 ? 7 : n;
    await store.create(keptRun(`run_${n}`, { createdAtMs, owner: n % 2 === 0 ? "ada" : "bob" }), [], ended);
  }
  const all = await readSums(listOf(), "everybody", {}, reading);
  expect([all.runs, all.countedFromMs]).toEqual([650, undefined]);
  expect(all.days).toMatchObject([{ day: "1970-01-01", team: "default", runs: 650, outcomes: { majority: 650 } }]);
  expect(all.positions).toEqual([{ candidates: 3, position: 2, votes: 650 }]);
  expect((await readSums(listOf(), { owner: "bob" }, {}, reading)).runs).toBe(325);
  expect((await readSums(listOf(), "everybody", { sinceMs: 640 }, reading)).runs).toBe(10);
  expect((await readSums(listOf(), "everybody", { untilMs: 7 }, reading)).runs).toBe(0);
  // A bound that is reached exactly leaves nothing out.
  expect((await readSums(listOf(), "everybody", {}, { ...reading, most: 650 })).countedFromMs).toBeUndefined();
  const cut = await readSums(listOf(), "everybody", {}, { ...reading, most: 30 });
  expect([cut.runs, cut.countedFromMs]).toEqual([30, 620]);
});

test.each(openers)("runs that are removed meanwhile end nothing: %s", async (_, open) => {
  store = await open();
  for (let n = 0; n < 500; n += 1) await store.create(keptRun(`run_${n}`, { createdAtMs: n }), [], ended);
  const { kept } = listOf();
  const removing: Pick<History, "kept"> = {
    async kept(whose, page) {
      const found = await kept(whose, page);
      await store.remove(found.at(-1)?.id ?? "");
      return found;
    },
  };
  expect((await readSums(removing, "everybody", {}, reading)).runs).toBe(500);
});

test("stops where its client has left", async () => {
  store = createMemoryStore();
  for (let n = 0; n < 500; n += 1) await store.create(keptRun(`run_${n}`, { createdAtMs: n }), [], ended);
  const gone = new AbortController();
  const { kept } = listOf();
  let asked = 0;
  const leaving: Pick<History, "kept"> = {
    async kept(whose, page) {
      asked += 1;
      gone.abort();
      return kept(whose, page);
    },
  };
  await readSums(leaving, "everybody", {}, { ...reading, signal: gone.signal });
  expect(asked).toBe(1);
});
