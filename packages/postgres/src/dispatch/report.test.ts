import { systemClock } from "@massgen/core";
import { expect, test } from "vitest";
import { onceAMinute } from "./report.ts";

test("a fault that lasts is reported once a minute, beside others", () => {
  let nowMs = 0;
  const heard: string[] = [];
  const failed = onceAMinute((message) => heard.push(message), { ...systemClock, now: () => nowMs });
  for (nowMs = 0; nowMs <= 60_000; nowMs += 1000) failed("the queue failed", undefined);
  failed("another", undefined);
  expect(heard).toEqual(["the queue failed", "the queue failed", "another"]);
});
