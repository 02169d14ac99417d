import { describe, expect, it } from "vitest";
import { createRateWindow } from "./rate-window.ts";

describe("requests per minute", () => {
  const limits = { requestsPerMinute: 2 };

  it("are counted in any 60 seconds, not from minute to minute", () => {
    const window = createRateWindow();
    window.add(10, 50_000);
    window.add(10, 59_000);
    expect(window.freeAtMs(10, limits, 61_000)).toBe(110_000);
    expect(window.freeAtMs(10, limits, 110_000)).toBe(110_000);
    window.add(10, 110_000);
    expect(window.freeAtMs(10, limits, 110_000)).toBe(119_000);
  });
});

it("forgets a call that was not sent after all", () => {
  const window = createRateWindow();
  window.add(10, 0);
  window.add(10, 1).undo();
  expect(window.freeAtMs(10, { requestsPerMinute: 2 }, 2)).toBe(2);
  expect(window.freeAtMs(10, { tokensPerMinute: 20 }, 2)).toBe(2);
});

describe("tokens per minute", () => {
  const limits = { tokensPerMinute: 100 };

  it("let a call go as soon as it fits", () => {
    const window = createRateWindow();
    window.add(60, 0);
    window.add(30, 1000);
    expect(window.freeAtMs(10, limits, 2000)).toBe(2000);
    expect(window.freeAtMs(11, limits, 2000)).toBe(60_000);
    expect(window.freeAtMs(71, limits, 2000)).toBe(61_000);
  });

  it("let a call that is larger than the limit go alone", () => {
    const window = createRateWindow();
    expect(window.freeAtMs(500, limits, 0)).toBe(0);
    window.add(500, 0);
    expect(window.freeAtMs(1, limits, 1)).toBe(60_000);
    expect(window.freeAtMs(500, limits, 60_000)).toBe(60_000);
  });

  it("count what was reported in place of what was expected", () => {
    const window = createRateWindow();
    const call = window.add(90, 0);
    expect(window.freeAtMs(50, limits, 1)).toBe(60_000);
    call.correct(20, 2);
    expect(window.freeAtMs(50, limits, 3)).toBe(3);
  });

  it("count what a call used beyond the expectation from when that is known", () => {
    const window = createRateWindow();
    window.add(10, 0).correct(100, 90_000);
    expect(window.freeAtMs(20, limits, 90_000)).toBe(150_000);
    expect(window.freeAtMs(10, { requestsPerMinute: 1 }, 90_000), "it is no further call").toBe(90_000);
  });

  it("of a call that used nothing leave room for others", () => {
    const window = createRateWindow();
    window.add(100, 0).correct(0, 1);
    expect(window.freeAtMs(100, limits, 2)).toBe(2);
    expect(window.freeAtMs(1, { requestsPerMinute: 1 }, 2)).toBe(60_000);
  });
});
