import { expect, test } from "vitest";
import { charsIn, waitingInMemory } from "./memory-share.ts";

test("runs that wait take half of the memory at most, and no more than the options say", () => {
  const lots = { runs: 10_000, bytes: 2 ** 30 };
  expect(waitingInMemory(lots, 256)).toEqual({ runs: 500, bytes: charsIn(256) / 2 });
  expect(waitingInMemory({ runs: 20, bytes: 1000 }, 256)).toEqual({ runs: 20, bytes: 1000 });
});
