import { expect, it } from "vitest";
import { traceParentOf } from "./trace-parent.ts";

const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

it("reads the header of W3C Trace Context", () => {
  expect(traceParentOf(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, traceFlags: 1 });
  expect(traceParentOf(` 00-${traceId}-${spanId}-02`)).toEqual({ traceId, spanId, traceFlags: 0 });
  expect(traceParentOf(`01-${traceId}-${spanId}-03-more`)).toEqual({ traceId, spanId, traceFlags: 1 });
});

it.each([
  undefined,
  "",
  "1",
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId}-${spanId}`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  "00-".repeat(10_000),
])("what is none is no parent: %s", (header) => {
  expect(traceParentOf(header)).toBeUndefined();
});

it("a state that is too long is dropped, and the parent stays", () => {
  const parent = `00-${traceId}-${spanId}-01`;
  expect(traceParentOf(parent, "a=1")).toMatchObject({ state: "a=1" });
  expect(traceParentOf(parent, `a=${"1".repeat(511)}`)).not.toHaveProperty("state");
});
