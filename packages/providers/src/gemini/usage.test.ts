import { expect, test } from "vitest";
import type { Usage } from "@massgen/core/model";
import { createUsageMeter } from "./usage.ts";

function read(...reports: readonly unknown[]): Usage | undefined {
  const meter = createUsageMeter();
  for (const report of reports) meter.note(report);
  return meter.read();
}

const whole = { promptTokenCount: 29, candidatesTokenCount: 15, thoughtsTokenCount: 804, totalTokenCount: 848 };

test("thoughts are output, what tools cost is input, and a later report without figures takes nothing back", () => {
  const first = { ...whole, cachedContentTokenCount: 8, toolUsePromptTokenCount: 2 };
  expect(read(first, { trafficType: "ON_DEMAND" })).toEqual({
    inputTokens: 31,
    outputTokens: 819,
    totalTokens: 848,
    cachedInputTokens: 8,
    reasoningTokens: 804,
  });
});

test("figures are cumulative; one that a later report leaves out keeps its earlier value", () => {
  const later = { promptTokenCount: 29, candidatesTokenCount: 20, totalTokenCount: 853 };
  expect(read(whole, later)).toEqual({ inputTokens: 29, outputTokens: 824, totalTokens: 853, reasoningTokens: 804 });
});

test.each([undefined, null, 7, "usage", [whole], {}, { promptTokenCount: 0, totalTokenCount: 0 }])(
  "%j counts nothing",
  (report) => expect(read(report)).toBeUndefined(),
);

test.each([-1, 0.5, 1e308, 2 ** 53, "12", "1e3", null, true, {}, [3]])(
  "%j is no figure: the one before it stays",
  (odd) => {
    expect(read({ promptTokenCount: odd, candidatesTokenCount: odd })).toBeUndefined();
    const names = ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount"];
    expect(read(whole, Object.fromEntries(names.map((name) => [name, odd])))).toEqual(read(whole));
  },
);

test("reports with ever new words keep nothing of them", () => {
  const report = JSON.parse('{"__proto__":{"promptTokenCount":7},"constructor":7,"promptTokenCount":1}') as unknown;
  expect(read(report)).toEqual({ inputTokens: 1 });
});
