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
  const store = createMemoryStore({ mostChars: 8000 });
  await store.create(keptRun("one"));
  await expect(store.create(keptRun("two"), facts(200))).rejects.toThrow(/store_memory_mb\) is too small/);
  await expect(store.append("one", 0, facts(200))).rejects.toMatchObject({ reason: "full" });
  expect(await store.read("one", 0)).toEqual([]);
  expect(await store.append("one", 0, facts(1))).toBe("kept");
  await store.end("one", ended);
  await store.create(keptRun("two"), facts(130));
  expect(await store.find("one")).toBeUndefined();
});

test("room that a removed run leaves can be used again", async () => {
  const store = createMemoryStore({ mostChars: 4000 });
  for (let n = 0; n < 50; n += 1) {
    await store.create(keptRun("one"), facts(10));
    expect(await store.remove("one")).toBe(true);
  }
});

test("runs that no client asked for leave first, in the order of their ends, and push out none that one did", async () => {
  const store = createMemoryStore({ mostRuns: 3 });
  const ids = async (): Promise<string> => (await store.list({ limit: 10 })).map(({ id }) => id).join(" ");
  await store.create(keptRun("asked"), [], ended);
  await store.create(keptRun("slow", { historyOnly: true }));
  await store.create(keptRun("quick", { historyOnly: true }), [], ended);
  await store.end("slow", ended);
  await store.create(keptRun("next", { historyOnly: true }), [], ended);
  expect(await ids()).toBe("next slow asked");
  for (const id of ["more", "and"]) await store.create(keptRun(id), [], ended);
  expect(await ids()).toBe("and more asked");
  await expect(store.create(keptRun("late", { historyOnly: true }), [], ended)).rejects.toMatchObject({
    reason: "full",
  });
  expect(await ids()).toBe("and more asked");
});

test("the owner with the most runs, or with the longest, loses those that ended first", async () => {
  const store = createMemoryStore({ mostRuns: 4, mostChars: 40_000 });
  const ids = async (): Promise<string> => (await store.list({ limit: 10 })).map(({ id }) => id).join(" ");
  for (const id of ["a1", "a2"]) await store.create(keptRun(id), [], ended);
  for (const id of ["b1", "b2", "b3"]) await store.create(keptRun(id, { owner: "bob" }), [], ended);
  expect(await ids()).toBe("b3 b2 a2 a1");
  await store.create(keptRun("long"), facts(400), ended);
  await store.create(keptRun("longer"), facts(400), ended);
  expect(await ids()).toBe("longer b3 b2");
});

test("the time of a run counts from its end, and one under way stays", async () => {
  let now = 0;
  const store = createMemoryStore({ now: () => now });
  await store.create(keptRun("slow", { createdAtMs: 0, expiresAtMs: 1000 }));
  await store.create(keptRun("quick", { createdAtMs: 0, expiresAtMs: 1000 }), [], { ...ended, endedAtMs: 0 });
  now = 1000;
  expect((await store.list({ limit: 10 })).map(({ id }) => id)).toEqual(["slow"]);
  expect(await store.find("quick")).toBeUndefined();
  now = 5000;
  await store.end("slow", { ...ended, endedAtMs: now });
  now = 5999;
  expect(await store.find("slow")).toBeDefined();
  now = 6000;
  expect(await store.find("slow")).toBeUndefined();
  expect(await store.read("slow", 0)).toEqual([]);
});

test("what a run says several times counts once", async () => {
  const text = "x".repeat(10_000);
  const store = createMemoryStore({ mostChars: 15_000 });
  const run = keptRun("one", {
    request: { messages: [{ role: "user", content: text }] },
    wire: { input: [text, text] },
  });
  await store.create(run, [], ended);
  expect(await store.find("one")).toEqual(run);
});

test("what is over leaves when others come, and makes room", async () => {
  let now = 0;
  const store = createMemoryStore({ now: () => now, mostRuns: 3 });
  const over = { ...ended, endedAtMs: 0 };
  await store.create(keptRun("open", { createdAtMs: 0, expiresAtMs: 1000 }));
  await store.create(keptRun("old", { createdAtMs: 0, expiresAtMs: 1000 }), [], over);
  await store.create(keptRun("unasked", { createdAtMs: 0, expiresAtMs: 3000, historyOnly: true }), [], over);
  now = 1000;
  await store.create(keptRun("next", { createdAtMs: 1000, expiresAtMs: 2000 }));
  const ids = (await store.list({ limit: 10 })).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(["next", "open", "unasked"]);
});
