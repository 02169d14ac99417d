import fc from "fast-check";
import { expect, it } from "vitest";
import { fullUsage, soundUsage, usageOfRun } from "./usage.ts";
import { toUsage } from "../wires/openai-usage.ts";

const odd = [NaN, Infinity, -1, 0.5, 1e308, "5", {}, [], null, true, 5n, undefined, 2 ** 53];

it.each(odd)("%s is no number of tokens", (figure) => {
  const usage = { inputTokens: figure, outputTokens: 4, reasoningTokens: figure } as never;
  expect(soundUsage(usage)).toEqual({ outputTokens: 4 });
  expect(toUsage(fullUsage(soundUsage(usage)))).toEqual({ prompt_tokens: 0, completion_tokens: 4, total_tokens: 4 });
});

it("what is sound stays, and nothing foreign comes along", () => {
  const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7, cachedInputTokens: 2, reasoningTokens: 1 };
  expect(soundUsage({ ...usage, __proto__: null, other: 5 } as never)).toEqual(usage);
});

it("on the wire there are only whole numbers from 0, whatever was summed", () => {
  const figure = fc.oneof(fc.constantFrom(...odd), fc.double(), fc.nat());
  fc.assert(
    fc.property(fc.record({ inputTokens: figure, outputTokens: figure, totalTokens: figure }), (usage) => {
      for (const told of Object.values(toUsage(fullUsage(soundUsage(usage as never))))) {
        expect(Number.isInteger(told) && (told as number) >= 0).toBe(true);
      }
    }),
  );
});

it("what calls did not report is added as an estimate, and no figure counts twice", () => {
  const unreported = { inputTokens: 20, outputTokens: 30 };
  const whole = { inputTokens: 20, outputTokens: 30, totalTokens: 50 };
  expect(usageOfRun({})).toEqual({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });
  expect(usageOfRun({ unreported })).toEqual(whole);
  // One call reported its total only, and the estimate divides it.
  expect(usageOfRun({ usage: { totalTokens: 50 }, unreported })).toEqual(whole);
  expect(
    usageOfRun({
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 65, reasoningTokens: 2 },
      unreported,
    }),
  ).toEqual({ inputTokens: 30, outputTokens: 35, totalTokens: 65, reasoningTokens: 2 });
  // One call reported its input only, another its total only.
  expect(usageOfRun({ usage: { inputTokens: 10, totalTokens: 60 }, unreported })).toMatchObject({ outputTokens: 30 });
});

it("no part is more than what it is a part of", () => {
  const reported = { inputTokens: 5, outputTokens: 7, totalTokens: 12 };
  const parts = { cachedInputTokens: 500, cacheWriteTokens: 3, reasoningTokens: 900 };
  const told = { ...reported, cachedInputTokens: 5, cacheWriteTokens: 0, reasoningTokens: 7 };
  expect(fullUsage({ ...reported, ...parts })).toEqual(told);
  expect(fullUsage({ ...reported, cacheWriteTokens: 9 })).toEqual({ ...reported, cacheWriteTokens: 5 });
});
