import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCallGuard, type CallGuard } from "./call-guard.ts";
import { settlingMs, tailMs } from "./waiting.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): Promise<never> => new Promise(() => undefined);
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const after = (ms: number): Promise<string> => new Promise((resolve) => void setTimeout(() => resolve("read"), ms));

test("while the consumer is busy, no limit runs", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 100, idleMs: 100, totalMs: 150 });
  const first = guard.wait(after(60));
  await vi.advanceTimersByTimeAsync(60);
  expect(await first).toBe("read");
  guard.worked();
  await vi.advanceTimersByTimeAsync(100_000);
  const second = guard.wait(after(60));
  await vi.advanceTimersByTimeAsync(60);
  expect(await second).toBe("read");
  expect(guard.signal.aborted).toBe(false);
});

test("the total limit adds up over the waits", async () => {
  const guard = createCallGuard("x", { idleMs: 100, totalMs: 150 });
  const first = guard.wait(after(90));
  await vi.advanceTimersByTimeAsync(90);
  await first;
  const second = failureOf(guard.wait(after(90)));
  await vi.advanceTimersByTimeAsync(60);
  expect(await second).toMatchObject({
    code: "timeout",
    message: "x: not finished after 0.15 s (total limit)",
  });
  expect(guard.signal.aborted).toBe(true);
});

test("the first-token limit spans headers and body, and begins anew with a new request", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 100 });
  for (const restart of [true, false]) {
    const headers = guard.wait(after(60));
    await vi.advanceTimersByTimeAsync(60);
    await headers;
    if (restart) guard.requestSent();
  }
  const body = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(40);
  expect(await body).toMatchObject({ code: "timeout", message: "x: no token within 0.1 s (first-token limit)" });
});

/** Waits for a read that takes so long. */
async function reading(guard: CallGuard, ms: number): Promise<void> {
  const piece = guard.wait(after(ms));
  await vi.advanceTimersByTimeAsync(ms);
  expect(await piece).toBe("read");
}

test("what arrives does not end the wait for the first token, and signs of progress do not make it longer", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 100, idleMs: 30 });
  await reading(guard, 60);
  guard.progressed();
  await reading(guard, 30);
  const silence = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(10);
  expect(await silence).toMatchObject({ code: "timeout", message: "x: no token within 0.1 s (first-token limit)" });
});

test("the idle limit begins anew with every sign of work, and with nothing else", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 50, idleMs: 100 });
  for (let read = 0; read < 3; read += 1) {
    guard.worked();
    await reading(guard, 90);
  }
  const silence = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(10);
  expect(await silence).toMatchObject({ code: "timeout", message: "x: the answer stopped for 0.1 s (idle limit)" });
});

test("signs of progress make a pause as long as the first-token limit at most", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 250, idleMs: 100 });
  guard.worked();
  for (let read = 0; read < 3; read += 1) {
    await reading(guard, 80);
    guard.progressed();
  }
  const silence = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(10);
  expect(await silence).toMatchObject({
    code: "timeout",
    message: "x: nothing but signs of progress for 0.25 s (first-token limit)",
  });
});

test("a sign of progress makes a pause longer by an idle limit, and work ends it", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 1000, idleMs: 100 });
  guard.worked();
  await reading(guard, 80);
  guard.progressed();
  await reading(guard, 90);
  guard.worked();
  const silence = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(100);
  expect(await silence).toMatchObject({ message: "x: the answer stopped for 0.1 s (idle limit)" });
});

test("where an end is near, other reads do not put it off", async () => {
  const guard = createCallGuard("x", { idleMs: 60_000 });
  guard.worked();
  await reading(guard, 30_000);
  guard.ending();
  const settling = guard.wait(after(settlingMs - 1000), "settling");
  await vi.advanceTimersByTimeAsync(settlingMs - 1000);
  await settling;
  const rest = failureOf(guard.wait(never(), "settling"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await rest).toMatchObject({ code: "timeout" });
  expect(guard.failure()).toBeUndefined();
});

test("after the terminal marker silence ends the wait but not the call", async () => {
  const guard = createCallGuard("x", { idleMs: 60_000 });
  const tail = failureOf(guard.wait(never(), "tail"));
  await vi.advanceTimersByTimeAsync(tailMs);
  expect(await tail).toMatchObject({ code: "timeout" });
  expect(guard.failure()).toBeUndefined();
});

test("limits longer than a timer can run are no limits", async () => {
  const guard = createCallGuard("x", { totalMs: 2 ** 40 });
  const read = guard.wait(after(5));
  await vi.advanceTimersByTimeAsync(5);
  expect(await read).toBe("read");
  expect(vi.getTimerCount()).toBe(0);
});

test("work that fails after the abort is nobody's unhandled rejection", async () => {
  const controller = new AbortController();
  const guard = createCallGuard("x", {}, controller.signal);
  guard.begin();
  const work = Promise.withResolvers<never>();
  const waiting = failureOf(guard.wait(work.promise));
  controller.abort(new Error("gone"));
  expect(await waiting).toMatchObject({ code: "aborted" });
  work.reject(new Error("late"));
  await expect(guard.wait(never())).rejects.toMatchObject({ code: "aborted" });
  expect(() => guard.check()).toThrow("aborted by the caller");
});

test("of two waits at a time neither is forgotten", async () => {
  const guard = createCallGuard("x", { idleMs: 100 });
  const both = Promise.all([guard.wait(after(20)), guard.wait(after(10))]);
  await vi.advanceTimersByTimeAsync(20);
  expect(await both).toEqual(["read", "read"]);
});

test("many short waits keep one timer, which ends with the call", async () => {
  const guard = createCallGuard("x", { idleMs: 100, totalMs: 10_000 });
  for (let read = 0; read < 50; read += 1) {
    guard.worked();
    await reading(guard, 60);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  }
  guard.end();
  expect(vi.getTimerCount()).toBe(0);
});

test("what may be read late extends the pauses by that, and not the call", async () => {
  const guard = createCallGuard("x", { firstTokenMs: 1000, idleMs: 100, totalMs: 250 }, undefined, 50);
  guard.worked();
  await reading(guard, 149);
  guard.worked();
  const silence = failureOf(guard.wait(never()));
  await vi.advanceTimersByTimeAsync(101);
  expect(await silence).toMatchObject({ message: "x: not finished after 0.25 s (total limit)" });
});
