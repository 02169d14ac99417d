import { describe, expect, it } from "vitest";
import { manualClock } from "./manual-clock.ts";

describe("the manual clock", () => {
  it("fires timers in the order they are due, each at its time", () => {
    const clock = manualClock();
    const fired: [string, number][] = [];
    clock.setTimer(20, () => fired.push(["late", clock.now()]));
    clock.setTimer(10, () => fired.push(["early", clock.now()]));
    clock.advance(9);
    expect(fired).toEqual([]);
    clock.advance(91);
    expect(fired).toEqual([
      ["early", 10],
      ["late", 20],
    ]);
    expect([clock.now(), clock.pending()]).toEqual([100, 0]);
  });

  it("fires timers that are set while it advances, if they are due", () => {
    const clock = manualClock();
    const fired: number[] = [];
    clock.setTimer(10, () => clock.setTimer(10, () => fired.push(clock.now())));
    clock.advance(30);
    expect(fired).toEqual([20]);
  });

  it("does not fire what was called off", () => {
    const clock = manualClock();
    const off = clock.setTimer(10, () => expect.fail("it was called off"));
    expect(clock.pending()).toBe(1);
    off();
    expect(clock.pending()).toBe(0);
    clock.advance(20);
  });
});
