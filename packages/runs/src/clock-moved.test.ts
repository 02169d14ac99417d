// The clock on the wall is moved while runs are kept: only deadlines notice.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoggedEvent, type Ports, systemPorts } from "@massgen/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import { openSqliteStore } from "./sqlite/index.ts";

const day = 86_400_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-clock-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ports whose wall clock is wrong by so much. */
function portsWith(offset: { readonly ms: number }): { readonly ports: Ports } {
  const { clock } = systemPorts;
  return { ports: { ...systemPorts, clock: { ...clock, date: () => clock.date() + offset.ms } } };
}

function expectInOrder(events: readonly LoggedEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
  const times = events.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}

test.each([-day, day])("moved by %i ms while a run goes on, it changes nothing", async (ms) => {
  const models = new Models(false);
  const offset = { ms: 0 };
  const keeper = await models.keeper(await openSqliteStore({ file: join(folder, `on${ms}.db`) }), portsWith(offset));
  const run = models.run("run_1");
  await keeper.accept(run);
  await models.reached(3);
  offset.ms = ms;
  models.letGo();
  const events = await seen(keeper, run);
  expectInOrder(events);
  expect(textOf(events)).toBe("the answer");
  expect(events.at(-1)?.atMs).toBeLessThan(day / 2);
  await keeper.close(60_000);
});

/** A run that was left open, by a process whose clock was right, and what a later one makes of it. */
async function resumedAt(ms: number) {
  const file = join(folder, `resumed${ms}.db`);
  const first = new Models(false);
  const run = first.run("run_1");
  const keeper = await first.keeper(await openSqliteStore({ file }));
  await keeper.accept(run);
  await first.reached(3);
  await keeper.close(0);
  const models = new Models();
  const store = await openSqliteStore({ file });
  const next = await models.keeper(store, portsWith({ ms }));
  const events = await seen(next, run);
  const listed = (await next.list({ limit: 10 })).map(({ id }) => id);
  const log = await store.read(run.id, 0);
  await next.close(60_000);
  return { events, listed, log, asked: models.asked };
}

test("moved back while nobody drove it, a run goes on from its last fact", async () => {
  const { events, listed, log } = await resumedAt(-day);
  expectInOrder(events);
  expect(textOf(events)).toBe("the answer");
  expect(log.map(({ atMs }) => atMs)).toEqual(log.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(listed).toEqual(["run_1"]);
});

test("moved forwards, its deadline is over, and nobody is asked in vain", async () => {
  const { events, asked, listed } = await resumedAt(day);
  expectInOrder(events);
  expect(events.at(-1)).toMatchObject({ result: { status: "failed", failure: { code: "timeout" } } });
  expect(asked).toEqual([]);
  expect(listed).toEqual(["run_1"]);
});

test("cancelled by a process whose clock is behind, a run ends where its log does", async () => {
  const models = new Models(false);
  const file = join(folder, "cancelled.db");
  const offset = { ms: 0 };
  const store = await openSqliteStore({ file });
  const keeper = await models.keeper(store, portsWith(offset));
  const run = models.run("run_1");
  await keeper.accept(run);
  await models.reached(3);
  offset.ms = -day;
  expect(await keeper.cancel(run)).toBe(true);
  const events = await seen(keeper, run);
  expectInOrder(events);
  expect(events.at(-1)).toMatchObject({ result: { status: "cancelled" } });
  expect((await store.read(run.id, 0)).every(({ atMs }) => atMs >= 0)).toBe(true);
  await keeper.close(0);
});
