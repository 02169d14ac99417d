import { manualClock } from "@massgen/core/testing";
import { expect, test } from "vitest";
import { createAdmission } from "./admission.ts";

function house(maxConcurrentRuns: number, places: number) {
  const timers: { ms: number; fire: () => void; cancelled: boolean }[] = [];
  const admission = createAdmission(() => ({ maxConcurrentRuns, queue: { places, waitMs: 500 } }), {
    clock: {
      ...manualClock(),
      setTimer(ms, fire) {
        const timer = { ms, fire, cancelled: false };
        timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
    },
  });
  return { admission, timers, enter: () => admission.enter(new AbortController()) };
}

const busy = { problem: { status: 429, code: "server_busy", retryAfterMs: 5000 } };

test("lets in as many as there are places, and the next in line in order", async () => {
  const { admission, enter } = house(1, 2);
  const first = await enter();
  const order: string[] = [];
  const second = enter().then((place) => (order.push("second"), place));
  const third = enter().then((place) => (order.push("third"), place));
  await expect(enter()).rejects.toMatchObject(busy);
  first.leave();
  first.leave();
  (await second).leave();
  await third;
  expect(order).toEqual(["second", "third"]);
  expect(admission.inFlight).toBe(1);
});

test("waiting ends in 429, and the place in line is free again", async () => {
  const { enter, timers } = house(1, 1);
  const first = await enter();
  const waiting = enter();
  expect(timers[0]?.ms).toBe(500);
  timers[0]?.fire();
  await expect(waiting).rejects.toMatchObject(busy);
  const next = enter();
  first.leave();
  await next;
  expect(timers.map(({ cancelled }) => cancelled)).toEqual([true, true]);
});

test("who gives up waiting is not let in", async () => {
  const { admission, enter } = house(1, 1);
  const first = await enter();
  const cancel = new AbortController();
  const waiting = admission.enter(cancel);
  cancel.abort();
  await expect(waiting).rejects.toMatchObject(busy);
  first.leave();
  expect(admission.inFlight).toBe(0);
});

test("draining sends the line away and lets nobody in; cutting short aborts what runs", async () => {
  const { admission, enter } = house(1, 1);
  const cancel = new AbortController();
  await admission.enter(cancel);
  const waiting = enter();
  admission.drain();
  const draining = { problem: { status: 503, code: "draining" } };
  await expect(waiting).rejects.toMatchObject(draining);
  await expect(enter()).rejects.toMatchObject(draining);
  expect(admission.draining).toBe(true);
  expect(cancel.signal.aborted).toBe(false);
  admission.cutShort();
  expect(cancel.signal.aborted).toBe(true);
});
