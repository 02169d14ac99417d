import { expect, it } from "vitest";
import { problem } from "../problem.ts";
import { problemHeaders } from "./problem-headers.ts";

it.each<[unknown, string, string]>([
  [7000, "7", "7000"],
  [1500.2, "2", "1501"],
  [1, "1", "1"],
  [0, "1", "0"],
  [-5, "1", "0"],
  [NaN, "1", "0"],
  ["soon", "1", "0"],
  [null, "1", "0"],
  [86_400_001, "86400", "86400000"],
  [1e300, "86400", "86400000"],
  [Infinity, "86400", "86400000"],
])("a wait of %j ms is told as whole seconds, a day at most", (retryAfterMs, seconds, milliseconds) => {
  const told = problem("rate-limited", "x", { retryAfterMs: retryAfterMs as number });
  expect(problemHeaders(told)).toEqual({ "Retry-After": seconds, "retry-after-ms": milliseconds });
});
