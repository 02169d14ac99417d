import assert from "node:assert/strict";
import { ended, facts, keptRun } from "./kept.ts";
import type { JsonObject } from "../kept-run.ts";
import { listCases } from "./list-cases.ts";
import { spendingCases } from "./spending-cases.ts";
import { signalled } from "./signalled.ts";
import type { StoreCase } from "./store-case.ts";

const writers = 100;

export const storeCases: readonly StoreCase[] = [
  {
    promise: 1,
    name: "a run is found as it was kept; an unknown one is not",
    async run(store) {
      const run = keptRun("run_1", { previous: "run_0" });
      await store.create(run);
      assert.deepEqual(await store.find("run_1"), run);
      assert.equal(await store.find("run_2"), undefined);
      assert.equal(await store.find("__proto__"), undefined);
      assert.deepEqual(await store.read("run_2", 0), []);
    },
  },
  {
    promise: 1,
    name: "what readers do to a run changes nothing that is kept",
    async run(store) {
      await store.create(keptRun("run_1"), facts(1));
      const found = (await store.find("run_1")) as unknown as { owner: string };
      found.owner = "mallory";
      const [fact] = (await store.read("run_1", 0)) as unknown as { atMs: number }[];
      if (fact !== undefined) fact.atMs = -1;
      assert.equal((await store.find("run_1"))?.owner, "ada");
      assert.deepEqual(await store.read("run_1", 0), facts(1));
    },
  },
  {
    promise: 1,
    name: "a run cannot be kept twice under one id, and the first stays",
    async run(store) {
      await store.create(keptRun("run_1"));
      await assert.rejects(store.create(keptRun("run_1", { owner: "mallory" }), facts(1)));
      assert.equal((await store.find("run_1"))?.owner, "ada");
      assert.deepEqual(await store.read("run_1", 0), []);
    },
  },
  {
    promise: 1,
    name: "any text comes back: quotes, NUL, half a character, a megabyte",
    async run(store) {
      const content = `'";--\u0000\u2028\ud83d ${"x".repeat(1024 * 1024)}`;
      const wire = JSON.parse(JSON.stringify({ content, twice: content, marks: ["^", "^0", "^^0"] })) as JsonObject;
      const own = JSON.parse('{"__proto__":{"$":"^1"},"texts":["^2"]}') as JsonObject;
      const run = keptRun("run_1", { request: { messages: [{ role: "user", content }] }, wire: { ...wire, own } });
      await store.create(run, [{ type: "call-sent", callId: content, atMs: 0.25 }]);
      assert.deepEqual(await store.find("run_1"), run);
      assert.deepEqual(await store.read("run_1", 0), [{ type: "call-sent", callId: content, atMs: 0.25 }]);
    },
  },
  {
    promise: 2,
    name: "facts are read in order, from any number on",
    async run(store) {
      await store.create(keptRun("run_1"), facts(2));
      assert.equal(await store.append("run_1", 2, facts(3, 100)), "kept");
      assert.equal(await store.append("run_1", 5, facts(1, 200)), "kept");
      const all = [...facts(2), ...facts(3, 100), ...facts(1, 200)];
      assert.deepEqual(await store.read("run_1", 0), all);
      assert.deepEqual(await store.read("run_1", 4), all.slice(4));
      assert.deepEqual(await store.read("run_1", 6), []);
    },
  },
  {
    promise: 2,
    name: "an append that leaves a hole, or overlaps, is `taken` and writes nothing",
    async run(store) {
      await store.create(keptRun("run_1"), facts(2));
      for (const seq of [0, 1, 3, 100, -1]) assert.equal(await store.append("run_1", seq, facts(3)), "taken");
      assert.deepEqual(await store.read("run_1", 0), facts(2));
    },
  },
  {
    promise: 2,
    name: `of ${writers} writers at one place one writes`,
    async run(store) {
      await store.create(keptRun("run_1"));
      const writes = Array.from({ length: writers }, (_, n) => store.append("run_1", 0, facts(2, n * 1000)));
      const results = await Promise.all(writes);
      const winners = results.flatMap((result, n) => (result === "kept" ? [n] : []));
      assert.equal(winners.length, 1);
      assert.equal(results.filter((result) => result === "taken").length, writers - 1);
      assert.deepEqual(await store.read("run_1", 0), facts(2, (winners[0] ?? 0) * 1000));
    },
  },
  {
    promise: 2,
    name: "runs do not share numbers, and an unknown run is `gone`",
    async run(store) {
      await store.create(keptRun("run_1"), facts(1));
      await store.create(keptRun("run_2"));
      assert.equal(await store.append("run_2", 0, facts(1, 50)), "kept");
      assert.equal(await store.append("run_3", 0, facts(1)), "gone");
      assert.deepEqual(await store.read("run_1", 0), facts(1));
      assert.deepEqual(await store.read("run_2", 0), facts(1, 50));
    },
  },
  {
    promise: 3,
    name: "whoever watches a run is called after each append, its end and its removal, until they stop",
    async run(store) {
      await store.create(keptRun("run_1"));
      const signal = signalled();
      const stop = store.watch("run_1", signal.wake);
      await Promise.all([signal.next(), store.append("run_1", 0, facts(1))]);
      await Promise.all([signal.next(), store.end("run_1", ended)]);
      await Promise.all([signal.next(), store.remove("run_1")]);
      stop();
      stop();
    },
  },
  {
    promise: 3,
    name: "several may watch, and one that stops takes no other with it",
    async run(store) {
      await store.create(keptRun("run_1"));
      const [one, other] = [signalled(), signalled()];
      store.watch("run_1", one.wake)();
      const stop = store.watch("run_1", other.wake);
      await Promise.all([other.next(), store.append("run_1", 0, facts(1))]);
      assert.deepEqual(await store.read("run_1", 0), facts(1));
      stop();
    },
  },
  ...listCases,
  ...spendingCases,
  {
    promise: 5,
    name: "a removed run is gone with its facts, and is removed once",
    async run(store) {
      await store.create(keptRun("run_1"), facts(3));
      assert.equal(await store.remove("run_1"), true);
      assert.equal(await store.remove("run_1"), false);
      assert.equal(await store.find("run_1"), undefined);
      assert.deepEqual(await store.read("run_1", 0), []);
      assert.equal(await store.append("run_1", 3, facts(1)), "gone");
      await store.create(keptRun("run_1"));
      assert.deepEqual(await store.read("run_1", 0), []);
    },
  },
  {
    promise: 5,
    name: "runs whose time is over leave, no more at once than asked for",
    async run(store) {
      const over = { ...ended, endedAtMs: 0 };
      for (const n of [1, 2, 3, 4]) {
        await store.create(keptRun(`run_${n}`, { createdAtMs: 0, expiresAtMs: n * 10 }), facts(1), over);
      }
      assert.equal(await store.expire(30, 2), 2);
      assert.equal(await store.expire(30, 2), 1);
      assert.equal(await store.expire(30, 2), 0);
      assert.notEqual(await store.find("run_4"), undefined);
    },
  },
  {
    promise: 6,
    name: "a run that is over is kept whole, in one step",
    async run(store) {
      await store.create(keptRun("run_1"), facts(9), ended);
      assert.deepEqual(await store.read("run_1", 0), facts(9));
      assert.deepEqual((await store.list({ limit: 1, open: false }))[0]?.end, ended);
    },
  },
  {
    promise: 6,
    name: "the secret of the store stays the same, and it answers",
    async run(store) {
      const secret = await store.ownerSecret();
      assert.ok(secret.length >= 32);
      assert.equal(await store.ownerSecret(), secret);
      await store.ping();
    },
  },
  {
    promise: 7,
    name: "the next process finds everything",
    needsDurable: true,
    async run(store, reopened) {
      const run = keptRun("run_1");
      await store.create(run, facts(1));
      await store.append("run_1", 1, facts(2, 10));
      await store.create(keptRun("run_2"), facts(1), ended);
      const secret = await store.ownerSecret();
      const next = await reopened();
      assert.deepEqual(await next.find("run_1"), run);
      assert.deepEqual(await next.read("run_1", 0), [...facts(1), ...facts(2, 10)]);
      assert.deepEqual((await next.list({ limit: 10, open: false }))[0]?.end, ended);
      assert.equal(await next.append("run_1", 1, facts(1)), "taken");
      assert.equal(await next.append("run_1", 3, facts(1)), "kept");
      assert.equal(await next.ownerSecret(), secret);
    },
  },
];
