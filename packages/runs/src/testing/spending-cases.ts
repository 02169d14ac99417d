import assert from "node:assert/strict";
import type { RunStore } from "../run-store.ts";
import type { StoreCase } from "./store-case.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** What is spent and reserved today, to a billionth. */
async function sums({ spending }: RunStore, name: string): Promise<readonly [spent: number, reserved: number]> {
  const { spentUsd, reservedUsd } = await spending.today(name);
  return [Math.round(spentUsd * 1e9) / 1e9, Math.round(reservedUsd * 1e9) / 1e9];
}

/** A case within one day: one that midnight in UTC falls into is tried again, under other names. */
function withinADay(
  check: (store: RunStore, named: (name: string) => string, reopened: () => Promise<RunStore>) => Promise<void>,
): StoreCase["run"] {
  return async (store, reopened) => {
    let current = store;
    const again = async (): Promise<RunStore> => (current = await reopened());
    for (let attempt = 0; ; attempt += 1) {
      const { endsInMs } = await current.spending.today("nobody");
      try {
        await check(current, (name) => (attempt === 0 ? name : `${name}${attempt}`), again);
        return;
      } catch (error) {
        if ((await current.spending.today("nobody")).endsInMs <= endsInMs) throw error;
      }
    }
  };
}

/** What a store promises of what is spent in a day. */
export const spendingCases: readonly StoreCase[] = [
  {
    promise: 8,
    name: "what is reserved counts until it is settled, then what was spent does",
    run: withinADay(async (store, named) => {
      assert.deepEqual(await sums(store, named("ada")), [0, 0]);
      const one = await store.spending.reserve(named("ada"), 0.4, 1);
      const two = await store.spending.reserve(named("ada"), 0.5, 1);
      assert.ok(one !== undefined && two !== undefined);
      assert.deepEqual(await sums(store, named("ada")), [0, 0.9]);
      assert.equal(await store.spending.reserve(named("ada"), 0.2, 1), undefined);
      await store.spending.settle(one, 0.1);
      assert.deepEqual(await sums(store, named("ada")), [0.1, 0.5]);
      // One may have cost more than was reserved.
      await store.spending.settle(two, 1.5);
      assert.deepEqual(await sums(store, named("ada")), [1.6, 0]);
      assert.equal(await store.spending.reserve(named("ada"), 0.01, 1), undefined);
      assert.ok(await store.spending.reserve(named("ada"), 0.01, 2));
    }),
  },
  {
    promise: 8,
    name: "exactly what is left may be reserved, and nothing for a day that is not big enough",
    run: withinADay(async (store, named) => {
      assert.equal(await store.spending.reserve(named("ada"), 2, 1), undefined);
      assert.deepEqual(await sums(store, named("ada")), [0, 0]);
      assert.ok(await store.spending.reserve(named("ada"), 0.75, 1));
      assert.ok(await store.spending.reserve(named("ada"), 0.25, 1));
      assert.equal(await store.spending.reserve(named("ada"), 0.0001, 1), undefined);
    }),
  },
  {
    promise: 8,
    name: "names do not share, and may be any text",
    run: withinADay(async (store, named) => {
      for (const name of ["ada", "__proto__", "a'b", "ADA"].map(named))
        assert.ok(await store.spending.reserve(name, 1, 1));
      for (const name of ["ada", "__proto__", "a'b", "ADA"].map(named))
        assert.deepEqual(await sums(store, name), [0, 1]);
      assert.deepEqual(await sums(store, named("bob")), [0, 0]);
    }),
  },
  {
    promise: 8,
    name: "of a hundred at once no more are let through than there is money for",
    run: withinADay(async (store, named) => {
      const all = Array.from({ length: 100 }, () => store.spending.reserve(named("ada"), 0.25, 5));
      const reserved = (await Promise.all(all)).filter((one) => one !== undefined);
      assert.equal(reserved.length, 20);
      await Promise.all(reserved.map((one) => store.spending.settle(one, 0.1)));
      assert.deepEqual(await sums(store, named("ada")), [2, 0]);
    }),
  },
  {
    promise: 8,
    name: "what was reserved on another day is settled there, and days end within a day",
    run: withinADay(async (store, named) => {
      const today = await store.spending.reserve(named("ada"), 0.5, 1);
      assert.match(today?.day ?? "", /^\d{4}-\d\d-\d\d$/);
      await store.spending.settle({ name: named("ada"), day: "2020-02-29", usd: 0.5 }, 0.4);
      assert.deepEqual(await sums(store, named("ada")), [0, 0.5]);
      const { endsInMs } = await store.spending.today(named("ada"));
      assert.ok(endsInMs > 0 && endsInMs <= dayMs);
    }),
  },
  {
    promise: 7,
    name: "the next process finds what was spent, and what the last one had reserved",
    needsDurable: true,
    run: withinADay(async (store, named, reopened) => {
      const one = await store.spending.reserve(named("ada"), 0.4, 1);
      assert.ok(one !== undefined && (await store.spending.reserve(named("ada"), 0.3, 1)));
      await store.spending.settle(one, 0.1);
      assert.deepEqual(await sums(await reopened(), named("ada")), [0.1, 0.3]);
    }),
  },
];
