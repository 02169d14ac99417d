// A store that fails while runs are driven, by a clock that only the test moves.
import { setImmediate } from "node:timers/promises";
import { systemPorts } from "@massgen/core";
import { manualClock } from "@massgen/core/testing";
import { expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import type { Keeper } from "./keeper.ts";
import type { KeptRun } from "./kept-run.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { RunStore } from "./run-store.ts";
import { StoreError } from "./store-error.ts";

/** A keeper whose store can be taken away. */
class World {
  readonly clock = manualClock();
  readonly models = new Models(false);
  readonly failures: unknown[] = [];
  away = false;
  refused = 0;
  readonly store: RunStore;
  keeper!: Keeper;
  run!: KeptRun;

  constructor() {
    const store = createMemoryStore();
    this.store = {
      ...store,
      append: (...call) => this.#asked(() => store.append(...call)),
      read: (...call) => this.#asked(() => store.read(...call)),
      find: (...call) => this.#asked(() => store.find(...call)),
    };
  }

  /** A run whose three drafts are out. */
  async begin(): Promise<void> {
    const ports = { ...systemPorts, clock: this.clock };
    const failed = (_: string, error: unknown): void => void this.failures.push(error);
    this.keeper = await this.models.keeper(this.store, { ports, failed });
    this.run = { ...this.models.run("run_1"), createdAtMs: this.clock.date() };
    await this.keeper.accept(this.run);
    await this.models.reached(3);
  }

  /** Time goes on, second by second. */
  async pass(seconds: number): Promise<void> {
    for (let at = 0; at < seconds; at += 1) {
      this.clock.advance(1000);
      for (let turns = 0; turns < 5; turns += 1) await setImmediate();
    }
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.away) return ask();
    this.refused += 1;
    throw new StoreError("full", "the disk is full");
  }
}

test("back within a minute: calls went on, what they said is kept in one batch, and none is made again", async () => {
  const world = new World();
  await world.begin();
  const viewing = seen(world.keeper, world.run);
  world.away = true;
  world.models.letGo();
  await world.pass(50);
  expect(world.refused).toBeGreaterThan(5);
  expect(world.models.asked).toHaveLength(3);
  expect(world.models.aborted).toEqual([]);
  world.away = false;
  await world.pass(6);
  expect(textOf(await viewing)).toBe("the answer");
  expect(world.models.asked).toHaveLength(7);
  expect(world.failures).toEqual([]);
  const facts = await world.store.read("run_1", 0);
  expect(facts.filter(({ type }) => type === "resumed")).toEqual([]);
  await world.keeper.close(0);
});

test("away for a minute: the calls that are out are aborted, and the run goes on when the store is back", async () => {
  const world = new World();
  const slow = Promise.withResolvers<void>();
  world.models.slow.set("b", slow.promise);
  await world.begin();
  world.away = true;
  world.models.letGo();
  await world.pass(59);
  expect(world.models.aborted).toEqual([]);
  await world.pass(10);
  expect(world.models.aborted).toEqual(["b draft"]);
  expect(world.failures).not.toEqual([]);
  slow.resolve();
  await world.pass(60);
  expect(world.models.asked).toHaveLength(3);

  world.away = false;
  const viewing = seen(world.keeper, world.run);
  await world.pass(20);
  const events = await viewing;
  expect(textOf(events)).toBe("the answer");
  // Nothing of the three drafts was kept: they are asked again.
  expect(events.filter(({ type }) => type === "call-lost")).toHaveLength(3);
  expect(world.models.asked).toHaveLength(3 + 7);
  await world.keeper.close(0);
});
