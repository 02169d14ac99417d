import assert from "node:assert/strict";
import { ended, facts, keptRun } from "./kept.ts";
import type { StoreCase } from "./store-case.ts";

/** What a store promises of its lists. */
export const listCases: readonly StoreCase[] = [
  {
    promise: 4,
    name: "lists are newest first, in pages, and show no request",
    async run(store) {
      for (const n of [1, 2, 3, 4, 5]) await store.create(keptRun(`run_${n}`, { createdAtMs: n < 4 ? n : 4 }));
      const page = await store.list({ limit: 2 });
      assert.deepEqual(
        page.map(({ id }) => id),
        ["run_5", "run_4"],
      );
      const rest = await store.list({ limit: 10, after: "run_4" });
      assert.deepEqual(
        rest.map(({ id }) => id),
        ["run_3", "run_2", "run_1"],
      );
      assert.equal(rest[0]?.question, "Question of run_3: Grüße 👋");
      assert.ok(!("request" in (page[0] ?? {})) && !("setup" in (page[0] ?? {})));
      assert.deepEqual(await store.list({ limit: 10, after: "run_9" }), []);
    },
  },
  {
    promise: 4,
    name: "lists by owner, and of runs that are open or over",
    async run(store) {
      await store.create(keptRun("run_1"));
      await store.create(keptRun("run_2", { owner: "bob" }));
      await store.create(keptRun("run_3"), facts(1), ended);
      const idsOf = async (page: object): Promise<readonly string[]> =>
        (await store.list({ limit: 10, ...page })).map(({ id }) => id);
      assert.deepEqual(await idsOf({ owner: "ada" }), ["run_3", "run_1"]);
      assert.deepEqual(await idsOf({ open: true }), ["run_2", "run_1"]);
      assert.deepEqual(await idsOf({ open: false }), ["run_3"]);
      assert.deepEqual(await idsOf({ owner: "bob", open: false }), []);
      await store.create(keptRun("run_4", { wire: { path: "/v1/x" } }));
      assert.deepEqual(await idsOf({ owner: "ada", wire: "/v1/x" }), ["run_4"]);
      assert.deepEqual(await idsOf({ owner: "bob", wire: "/v1/x" }), []);
    },
  },
  {
    promise: 4,
    name: "a clock that was moved, forwards or back, neither hides a run from pages nor shows it twice",
    async run(store) {
      const day = 86_400_000;
      const times = [5 * day, 5 * day + 1, 30 * day, 2 * day, 5 * day + 2, 2 * day];
      for (const [n, createdAtMs] of times.entries()) await store.create(keptRun(`run_${n}`, { createdAtMs }));
      const ids: string[] = [];
      for (let after: string | undefined; ;) {
        const [next] = await store.list({ limit: 1, ...(after !== undefined && { after }) });
        if (next === undefined) break;
        ids.push(next.id);
        after = next.id;
      }
      // By the time that each says; of those that say the same, the last first.
      assert.deepEqual(ids, ["run_2", "run_4", "run_1", "run_0", "run_5", "run_3"]);
      // What is behind the last fact does not depend on what it says of the time.
      assert.equal(await store.append("run_0", 0, facts(1, 9000)), "kept");
      assert.equal(await store.append("run_0", 1, facts(1, 10)), "kept");
      assert.deepEqual(
        (await store.read("run_0", 0)).map(({ atMs }) => atMs),
        [9000, 10],
      );
    },
  },
  {
    promise: 4,
    name: "lists say how much each request holds, as whoever kept it was told",
    async run(store) {
      const bytes = await store.create(keptRun("run_1"));
      const content = "x".repeat(100_000);
      const more = await store.create(keptRun("run_2", { request: { messages: [{ role: "user", content }] } }));
      assert.ok(bytes > 0 && more > bytes + 99_000 && more < bytes + 400_000);
      assert.deepEqual(
        (await store.list({ limit: 2 })).map((run) => run.bytes),
        [more, bytes],
      );
    },
  },
  {
    promise: 4,
    name: "the end of a run is listed; only its first end counts",
    async run(store) {
      await store.create(keptRun("run_1"));
      assert.equal((await store.list({ limit: 1 }))[0]?.end, undefined);
      await store.end("run_1", ended);
      await store.end("run_1", { ...ended, outcome: "failed" });
      await store.end("run_2", ended);
      assert.deepEqual((await store.list({ limit: 1 }))[0]?.end, ended);
    },
  },
];
