import { expect, test } from "vitest";
import { createShare } from "./share.ts";

test("of calls per minute a process keeps to its part, at least one, within any 60 seconds", () => {
  const share = createShare();
  const limits = { requestsPerMinute: 5 };
  expect(share.fits(10, limits, 9, 0)).toBe(true);
  share.add(10, 0).ended();
  expect(share.fits(10, limits, 9, 59_999)).toBe(false);
  expect(share.fits(10, limits, 2, 59_999)).toBe(true);
  share.add(10, 30_000).ended();
  expect(share.fits(10, limits, 2, 59_999)).toBe(false);
  expect(share.fits(10, limits, 2, 60_000)).toBe(true);
});

test("of calls at the same time it keeps to its part until they end", () => {
  const share = createShare();
  const limits = { maxConcurrency: 4 };
  const calls = [share.add(10, 0), share.add(10, 0)];
  expect(share.fits(10, limits, 2, 0)).toBe(false);
  expect(share.fits(10, limits, 1, 0)).toBe(true);
  calls[0]?.ended();
  expect(share.fits(10, limits, 2, 0)).toBe(true);
});

test("of tokens it keeps to its part; a call beyond it goes alone, and one that was not sent counts for nothing", () => {
  const share = createShare();
  const limits = { tokensPerMinute: 100 };
  expect(share.fits(500, limits, 2, 0)).toBe(true);
  const call = share.add(40, 0);
  expect(share.fits(10, limits, 2, 0)).toBe(true);
  expect(share.fits(11, limits, 2, 0)).toBe(false);
  call.unsent();
  expect(share.fits(50, limits, 2, 0)).toBe(true);
});
