import assert from "node:assert/strict";
import type { KeptRun } from "../kept-run.ts";
import type { RunFilter, RunPage } from "../run-store.ts";
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
  {
    promise: 4,
    name: "lists by what became of a run, team, model and time; several filters at once, and pages of these",
    async run(store) {
      const ends = [ended, { ...ended, outcome: "tied" }, { ...ended, degraded: true }, { ...ended, model: "sonnet" }];
      for (const [at, end] of ends.entries()) await store.create(keptRun(`run_${at}`, { createdAtMs: at }), [], end);
      await store.create(keptRun("run_4", { createdAtMs: 4, team: "it's" }));
      const { model: _, ...unsaid } = ended;
      await store.create(keptRun("run_5", { createdAtMs: 5 }), [], { ...unsaid, outcome: "failed" });
      const idsOf = async (filter: RunFilter, page: Partial<RunPage> = {}): Promise<string> =>
        (await store.list({ limit: 10, ...page, ...filter })).map(({ id }) => id.slice("run_".length)).join("");
      assert.equal(await idsOf({ outcome: "tied" }), "1");
      assert.equal(await idsOf({ outcome: "failed" }), "5");
      assert.equal(await idsOf({ outcome: "' or 1 = 1 --" }), "");
      assert.equal(await idsOf({ degraded: true }), "2");
      assert.equal(await idsOf({ degraded: false }), "5310");
      assert.equal(await idsOf({ model: "sonnet" }), "3");
      assert.equal(await idsOf({ team: "it's" }), "4");
      assert.equal(await idsOf({ sinceMs: 3 }), "543");
      assert.equal(await idsOf({ untilMs: 2 }), "10");
      assert.equal(await idsOf({ sinceMs: 1, untilMs: 3, model: "gpt-4o" }), "21");
      assert.equal(await idsOf({ sinceMs: 1, outcome: "majority", degraded: false }), "3");
      assert.equal(await idsOf({ model: "gpt-4o" }, { limit: 2 }), "21");
      assert.equal(await idsOf({ model: "gpt-4o" }, { limit: 2, after: "run_1" }), "0");
      // A place in the list need not meet the filter.
      assert.equal(await idsOf({ degraded: false }, { after: "run_2" }), "10");
    },
  },
  {
    promise: 4,
    name: "runs that are kept for history only say so, and which wire asked for a run",
    async run(store) {
      await store.create(keptRun("run_1", { wire: { path: "/v1/x" } }), [], ended);
      await store.create(keptRun("run_2", { wire: { path: "/v1/y" }, historyOnly: true }), [], ended);
      const [two, one] = await store.list({ limit: 10 });
      assert.deepEqual([two?.historyOnly, two?.wire, one?.historyOnly, one?.wire], [true, "/v1/y", undefined, "/v1/x"]);
      assert.equal((await store.find("run_2"))?.historyOnly, true);
      const only = async (historyOnly: boolean): Promise<readonly string[]> =>
        (await store.list({ limit: 10, historyOnly })).map(({ id }) => id);
      assert.deepEqual([await only(true), await only(false)], [["run_2"], ["run_1"]]);
    },
  },
  {
    promise: 4,
    name: "a run can be kept in another form from its end on; its log and its line in lists stay",
    async run(store) {
      const run = keptRun("run_1");
      const bytes = await store.create(run, facts(2));
      const light: KeptRun = { ...run, request: { messages: [] }, imagesDropped: true };
      await store.end("run_1", ended, light);
      assert.deepEqual(await store.find("run_1"), light);
      await store.end("run_1", ended, run);
      assert.deepEqual(await store.find("run_1"), light);
      assert.deepEqual(await store.read("run_1", 0), facts(2));
      const [listed] = await store.list({ limit: 1 });
      assert.equal(listed?.question, "Question of run_1: Grüße 👋");
      assert.ok(listed.bytes < bytes);
      assert.deepEqual(listed.end, ended);
    },
  },
];
