import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoggedEvent, systemPorts } from "@massgen/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import { createKeeper } from "./keeper.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { RunStore } from "./run-store.ts";
import { openSqliteStore } from "./sqlite/index.ts";
import { StoreError } from "./store-error.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-keeper-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("an accepted run is driven to its end, and every viewer sees the same events", async () => {
  const models = new Models();
  const keeper = await models.keeper(createMemoryStore());
  const run = models.run("run_1");
  await keeper.accept(run);
  const [first, second] = await Promise.all([seen(keeper, run), seen(keeper, run)]);
  expect(first.map(({ seq }) => seq)).toEqual(first.map((_, at) => at));
  expect(second).toEqual(first);
  expect(await seen(keeper, run)).toEqual(first);
  expect(textOf(first)).toBe("the answer");
  await keeper.close(60_000);
  expect(models.asked).toHaveLength(7);
});

test("what is listed of a run says how it ended", async () => {
  const models = new Models();
  const store = createMemoryStore();
  const keeper = await models.keeper(store);
  const run = models.run("run_1");
  await keeper.accept(run);
  await seen(keeper, run);
  const woken = Promise.withResolvers<void>();
  const stop = store.watch("run_1", woken.resolve);
  if ((await keeper.list({ limit: 1, open: true })).length > 0) await woken.promise;
  stop();
  const [summary] = await keeper.list({ limit: 1, owner: "ada" });
  expect(summary).toMatchObject({ id: "run_1", question: "Why is the sky blue?", end: { calls: 7, winner: "a" } });
  expect(summary?.end?.outcome).toBe("unanimous");
  await keeper.close(0);
});

test("who looks at a log from elsewhere sees no secret, and no mark of its driver", async () => {
  const models = new Models();
  const ports = { ...systemPorts, redact: (text: string) => text.replaceAll("s3cret", "[redacted]") };
  const keeper = createKeeper({ store: createMemoryStore(), agentsFor: async () => [], ports });
  const run = models.run("run_1");
  const failure = { code: "permission", message: "no such key: s3cret" } as const;
  const log = [
    { type: "run-started", atMs: 0, driver: "mine" },
    { type: "run-failed", failure, atMs: 1 },
  ] as const;
  const none = { outcome: "failed", degraded: true, calls: 0, tokens: 0 };
  await keeper.keep(run, log, { endedAtMs: 1, ...none });
  expect(await keeper.log(run)).toEqual(log);
  expect(await keeper.bareLog(run)).toEqual([
    { type: "run-started", atMs: 0 },
    { type: "run-failed", failure: { ...failure, message: "no such key: [redacted]" }, atMs: 1 },
  ]);
  await keeper.close(0);
});

test("a run whose process is gone goes on in the next: no finished call is made again", async () => {
  const file = join(folder, "next.db");
  const first = new Models(false);
  const keeper = await first.keeper(await openSqliteStore({ file }));
  const run = first.run("run_1");
  await keeper.accept(run);
  await first.reached(3);
  const early: LoggedEvent[] = [];
  for await (const event of keeper.events(run, { follow: false })) early.push(event);
  await keeper.close(0);

  const second = new Models();
  const next = await second.keeper(await openSqliteStore({ file }));
  const kept = await next.find("run_1");
  expect(kept).toEqual(run);
  const events = await seen(next, run);
  expect(textOf(events)).toBe("the answer");
  expect(events.slice(0, early.length)).toEqual(early);
  expect(events.filter(({ type }) => type === "call-lost")).toHaveLength(3);
  expect(second.asked.filter((asked) => asked.endsWith("draft"))).toHaveLength(3);
  await next.close(60_000);
});

test("a run is cancelled wherever it is driven, once", async () => {
  const models = new Models(false);
  const keeper = await models.keeper(createMemoryStore());
  const run = models.run("run_1");
  await keeper.accept(run);
  await models.reached(3);
  expect(await keeper.cancel(run)).toBe(true);
  const events = await seen(keeper, run);
  expect(events.at(-1)).toMatchObject({ type: "run-finished", result: { status: "cancelled" } });
  expect(await keeper.cancel(run)).toBe(false);
  models.letGo();
  await keeper.close(60_000);
  expect(models.aborted.toSorted()).toEqual(["a draft", "b draft", "c draft"]);
});

test("a run is asked for its answer, wherever it is driven, and before it begins", async () => {
  const models = new Models();
  const letGo = Promise.withResolvers<void>();
  models.slow.set("c", letGo.promise);
  const store = createMemoryStore();
  const keeper = await models.keeper(store, { places: () => 1 });
  // As another process would be, which drives nothing.
  const other = createKeeper({ store, agentsFor: async () => [], ports: systemPorts });
  const [one, next] = [models.run("run_1"), models.run("run_2")];
  await keeper.accept(one);
  for await (const event of keeper.events(one)) if (event.type === "draft-finished" && event.agentId === "b") break;
  await keeper.accept(next);
  expect(await other.answerNow(next)).toBe("waiting");
  expect(await other.answerNow(one)).toBe("decided");
  const events = await seen(keeper, one);
  expect(events.map(({ type }) => type)).toContain("answer-now");
  expect(textOf(events)).toMatch(/^[ab] says$/);
  expect(await keeper.answerNow(one)).toBe("none");
  expect(textOf(await seen(keeper, next))).toMatch(/^[ab] says$/);
  expect(await other.answerNow(models.run("run_9"))).toBe("none");
  letGo.resolve();
  await keeper.close(60_000);
});

test("a run that waits for a place can be cancelled before it begins", async () => {
  const models = new Models(false);
  const keeper = await models.keeper(createMemoryStore(), {
    places: () => 1,
    mostWaiting: () => ({ runs: 1, bytes: 1e9 }),
  });
  const [one, other] = [models.run("run_1"), models.run("run_2")];
  await keeper.accept(one);
  await models.reached(3);
  await keeper.accept(other);
  await expect(keeper.accept(models.run("run_3"))).rejects.toMatchObject({ reason: "busy" });
  expect(keeper.counts()).toEqual({ driven: 1, waiting: 1 });
  expect(await keeper.cancel(other)).toBe(true);
  models.letGo();
  expect(textOf(await seen(keeper, one))).toBe("the answer");
  expect((await seen(keeper, other)).at(-1)).toMatchObject({ result: { status: "cancelled" } });
  await keeper.close(60_000);
  expect(models.asked).toHaveLength(7);
});

test("a removed run ends, and its viewers' loops too", async () => {
  const models = new Models(false);
  const keeper = await models.keeper(createMemoryStore());
  const run = models.run("run_1");
  await keeper.accept(run);
  await models.reached(3);
  const viewing = seen(keeper, run);
  expect(await keeper.remove(run)).toBe(true);
  expect(textOf(await viewing)).toBeUndefined();
  expect(await keeper.find("run_1")).toBeUndefined();
  models.letGo();
  await keeper.close(60_000);
});

test("a store that fails for a while is asked again, and the run goes on", async () => {
  const models = new Models(false);
  const store = createMemoryStore();
  let failures = 0;
  const failing: RunStore = {
    ...store,
    append: (id, seq, facts) => {
      if (failures === 0) return store.append(id, seq, facts);
      failures -= 1;
      return Promise.reject(new StoreError("unavailable", "the disk is away"));
    },
  };
  const keeper = await models.keeper(failing);
  const run = models.run("run_1");
  await keeper.accept(run);
  await models.reached(3);
  failures = 2;
  models.letGo();
  expect(textOf(await seen(keeper, run))).toBe("the answer");
  await keeper.close(60_000);
  expect(failures).toBe(0);
});

test("a run whose team is gone fails, and says so", async () => {
  const models = new Models();
  const keeper = createKeeper({ store: createMemoryStore(), agentsFor: async () => [], ports: systemPorts });
  await keeper.begin();
  const run = models.run("run_1");
  await keeper.accept(run);
  const events = await seen(keeper, run);
  expect(events.at(-1)).toMatchObject({ result: { status: "failed", failure: { code: "configuration" } } });
  await keeper.close(0);
});
