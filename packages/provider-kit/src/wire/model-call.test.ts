import { expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import type { CallGuard } from "./call-guard.ts";
import { nextAtHand, type EventIterator } from "./event-iterator.ts";
import { modelCall } from "./model-call.ts";

const text = (words: string): ModelEvent => ({ type: "text-delta", text: words });
const finish: ModelEvent = { type: "finish", reason: "stop" };
const never = new Promise<never>(() => {});

type Run = (guard: CallGuard) => AsyncGenerator<Iterable<ModelEvent>, void, undefined>;
const iteratorOf = (run: Run, signal?: AbortSignal): EventIterator =>
  modelCall("x", { messages: [], ...(signal && { signal }) }, run)[Symbol.asyncIterator]();

test("several next() at once get the events in their order, and then the end", async () => {
  const events = iteratorOf(async function* () {
    yield [text("a"), text("b")];
    yield [];
    yield [text("c"), finish, text("never")];
  });
  const results = await Promise.all(Array.from({ length: 6 }, () => events.next()));
  expect(results.map(({ value }) => value)).toEqual([text("a"), text("b"), text("c"), finish, undefined, undefined]);
  expect(results.map(({ done }) => done)).toEqual([false, false, false, false, true, true]);
});

test("what one network read brought is at hand, and nothing is while a next() waits", async () => {
  const events = iteratorOf(async function* () {
    yield [text("a"), text("b")];
    yield [text("c"), text("d"), finish];
  });
  expect(events[nextAtHand]?.()).toBeUndefined();
  expect((await events.next()).value).toEqual(text("a"));
  expect(events[nextAtHand]?.()).toEqual({ done: false, value: text("b") });
  expect(events[nextAtHand]?.()).toBeUndefined();
  const waiting = events.next();
  expect(events[nextAtHand]?.()).toBeUndefined();
  expect((await waiting).value).toEqual(text("c"));
  expect((await events.next()).value).toEqual(text("d"));
  expect(events[nextAtHand]?.()).toEqual({ done: false, value: finish });
  expect(events[nextAtHand]?.()).toEqual({ done: true, value: undefined });
});

test("what fails as it is taken at hand is thrown as the call's error, and closes the call", async () => {
  let signal: AbortSignal | undefined;
  const events = iteratorOf(async function* (guard) {
    signal = guard.signal;
    yield (function* () {
      yield text("a");
      throw new Error("odd");
    })();
  });
  expect((await events.next()).value).toEqual(text("a"));
  expect(() => events[nextAtHand]?.()).toThrow("x: a defect in the provider");
  expect([signal?.aborted, (await events.next()).done]).toEqual([true, true]);
});

test("an error in the middle of a batch comes behind what was before it, and closes the call", async () => {
  let closed = 0;
  let signal: AbortSignal | undefined;
  const events = iteratorOf(async function* (guard) {
    signal = guard.signal;
    try {
      yield (function* () {
        yield text("a");
        throw new Error("odd");
      })();
    } finally {
      closed += 1;
    }
  });
  expect((await events.next()).value).toEqual(text("a"));
  await expect(events.next()).rejects.toMatchObject({ code: "internal", message: "x: a defect in the provider" });
  expect((await events.next()).done).toBe(true);
  expect([closed, signal?.aborted]).toEqual([1, true]);
});

test("leaving settles a pending next() and ends what is awaited upstream; nothing comes afterwards", async () => {
  const events = iteratorOf(async function* (guard) {
    yield [text("a"), text("b")];
    await guard.wait(never);
  });
  expect((await events.next()).value).toEqual(text("a"));
  expect((await events.next()).value).toEqual(text("b"));
  const pending = events.next();
  const left = events.return?.();
  await expect(pending).rejects.toMatchObject({ code: "aborted" });
  expect(await left).toEqual({ done: true, value: undefined });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test("what is there already is not given out once the caller has aborted", async () => {
  const caller = new AbortController();
  const events = iteratorOf(async function* () {
    yield [text("a"), text("b"), finish];
  }, caller.signal);
  expect((await events.next()).value).toEqual(text("a"));
  caller.abort();
  await expect(events.next()).rejects.toMatchObject({ code: "aborted" });
});

test("left before it began, a call never begins", async () => {
  let begun = false;
  const events = iteratorOf(async function* () {
    begun = true;
    yield [finish];
  });
  await events.return?.();
  expect([(await events.next()).done, begun]).toEqual([true, false]);
});
