// Runs whose team the process that is to drive them does not have.
import { type Clock, systemPorts } from "@massgen/core";
import { expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import { localDispatch } from "./local-dispatch.ts";
import { createMemoryStore } from "./memory/memory-store.ts";

/** Whoever waits is called again at once. */
const clock: Clock = {
  ...systemPorts.clock,
  setTimer(_, fire) {
    const timer = setImmediate(fire);
    return () => clearImmediate(timer);
  },
};

const gone = { status: "failed", failure: { message: expect.stringContaining("a: it is no longer in the team") } };

test("where others share the store, a run waits for a process that has its team", async () => {
  const models = new Models();
  const store = createMemoryStore();
  const failed: string[] = [];
  const dispatch = localDispatch({ store, clock, failed: (id, error) => failed.push(`${id}: ${String(error)}`) });
  /** The team comes with the third try. */
  const agentsFor = async () => (failed.length < 2 ? [] : models.agents);
  const keeper = await models.keeper(store, { dispatch, agentsFor });
  const run = models.run("run_1");
  await keeper.accept(run);
  expect(textOf(await seen(keeper, run))).toBe("the answer");
  expect(failed).toHaveLength(2);
  expect(failed[0]).toContain("run_1: Error: its team (massgen) is not served here");
  await keeper.close(60_000);
});

test("it does not wait for ever, and where nobody shares the store not at all", async () => {
  for (const [shared, sinceMs] of [
    [true, 61_000],
    [false, 0],
  ] as const) {
    const models = new Models();
    const store = createMemoryStore();
    const failed: unknown[] = [];
    const dispatch = localDispatch({ store, clock, failed: (_, error) => failed.push(error) });
    const keeper = await models.keeper(store, { agentsFor: async () => [], ...(shared && { dispatch }) });
    const run = { ...models.run("run_1"), createdAtMs: Date.now() - sinceMs };
    await keeper.accept(run);
    expect((await seen(keeper, run)).at(-1)).toMatchObject({ result: gone });
    expect(failed).toEqual([]);
    await keeper.close(60_000);
  }
});
