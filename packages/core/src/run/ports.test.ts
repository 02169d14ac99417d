import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemPorts } from "./ports.ts";

const { setTimer } = systemPorts.clock;
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a timer that the system fires early waits for the rest", () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const fired = vi.fn<() => void>();
  setTimer(1000, fired);
  now.mockReturnValue(999.4);
  vi.advanceTimersByTime(1000);
  expect(fired).not.toHaveBeenCalled();
  now.mockReturnValue(1000.2);
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test("one longer than the system's timers can run takes several", () => {
  const ms = 2 ** 31 + 500;
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const fired = vi.fn<() => void>();
  setTimer(ms, fired);
  now.mockReturnValue(2 ** 31 - 1);
  vi.advanceTimersByTime(2 ** 31 - 1);
  expect(fired).not.toHaveBeenCalled();
  now.mockReturnValue(ms);
  vi.advanceTimersByTime(501);
  expect(fired).toHaveBeenCalledOnce();
});

test("one that is called off does not fire, also after it was fired early", () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const fired = vi.fn<() => void>();
  const callOff = setTimer(1000, fired);
  now.mockReturnValue(999.4);
  vi.advanceTimersByTime(1000);
  callOff();
  now.mockReturnValue(2000);
  vi.advanceTimersByTime(1000);
  expect(fired).not.toHaveBeenCalled();
});
