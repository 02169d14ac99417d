import { describe, expect, test } from "vitest";
import { describeStore } from "../testing/index.ts";
import { ended, facts, keptRun } from "../testing/kept.ts";
import { createMemoryStore } from "./memory-store.ts";

describe("the store kit", () => {
  describeStore({ test, open: async () => createMemoryStore(), durable: false });
});

test("the oldest runs that have ended leave where there are too many; runs under way stay", async () => {
  const store = createMemoryStore({ mostRuns: 3 });
  await store.create(keptRun("open"));
  await store.create(keptRun("old"), [], ended);
  await store.create(keptRun("new"), [], ended);
  await store.create(keptRun("next"));
  const ids = (await store.list({ limit: 10 })).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(["new", "next", "open"]);
});

test("nothing is kept beyond the memory, and the error says what is full", async () => {
  const store = createMemoryStore({ mostChars: 4000 });
  await store.create(keptRun("one"));
  await expect(store.create(keptRun("two"), facts(100))).rejects.toThrow(/store_memory_mb\) is full/);
  await expect(store.append("one", 0, facts(100))).rejects.toMatchObject({ reason: "full" });
  expect(await store.read("one", 0)).toEqual([]);
  expect(await store.append("one", 0, facts(1))).toBe("kept");
  await store.end("one", ended);
  await store.create(keptRun("two"), facts(50));
  expect(await store.find("one")).toBeUndefined();
});

test("room that a removed run leaves can be used again", async () => {
  const store = createMemoryStore({ mostChars: 4000 });
  for (let n = 0; n < 50; n += 1) {
    await store.create(keptRun("one"), facts(10));
    expect(await store.remove("one")).toBe(true);
  }
});
