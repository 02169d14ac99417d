import assert from "node:assert/strict";
import type { RunStore } from "../run-store.ts";
import { storeCases } from "./store-cases.ts";

/** What the kit needs of a test runner: vitest's `test` and node:test's `test` both fit. */
export interface TestRunner {
  (name: string, run: () => Promise<void>): unknown;
  readonly skip: (name: string, run: () => Promise<void>) => unknown;
}

/** A store to be tested. */
export interface StoreSubject {
  readonly test: TestRunner;
  /**
   * Makes an empty store. With `again`, opens the one that was made last, as the next process would, while nobody has
   * it open.
   */
  readonly open: (again?: "again") => Promise<RunStore>;
  /** Whether what is kept outlives the process; false skips the cases about that. */
  readonly durable: boolean;
}

/**
 * Declares one test per case of every promise of a store, to a runner of your choice. Each opens a store of its own and
 * closes it; they run one after the other.
 */
export function describeStore({ test, open, durable }: StoreSubject): void {
  test("promise 7: it says whether what is kept outlives the process", async () => {
    const store = await open();
    assert.equal(store.durable, durable);
    await store.close();
  });
  for (const { promise, name, needsDurable = false, run } of storeCases) {
    const declare = needsDurable && !durable ? test.skip : test;
    declare(`promise ${promise}: ${name}`, async () => {
      let store = await open();
      const reopened = async (): Promise<RunStore> => {
        await store.close();
        store = await open("again");
        return store;
      };
      try {
        await run(store, reopened);
      } finally {
        await store.close();
      }
    });
  }
}
