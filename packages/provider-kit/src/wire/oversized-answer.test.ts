import { expect, test } from "vitest";
import { createHold, mostHeld, OversizedAnswer } from "./oversized-answer.ts";

test("what is held is counted over all its parts", () => {
  const hold = createHold();
  const half = "x".repeat(mostHeld / 2);
  hold(half);
  hold(half);
  expect(() => hold("x")).toThrow(OversizedAnswer);
  createHold()(half);
});
