import { describe, expect, it } from "vitest";
import type { Usage } from "../model/model-event.ts";
import { isWhole, sumOfUsage, totalTokens, unreportedUsage } from "./usage.ts";

describe("the sum of usage reports", () => {
  it("has the parts where there are any, and every total", () => {
    const sum = sumOfUsage([{ inputTokens: 10, outputTokens: 5 }, { totalTokens: 100 }, undefined]);
    expect(sum).toEqual({ inputTokens: 10, outputTokens: 5, totalTokens: 115 });
  });

  it("is never less than its parts", () => {
    expect(sumOfUsage([{ inputTokens: 10, outputTokens: 5 }, { inputTokens: 20 }])?.totalTokens).toBe(35);
    expect(sumOfUsage([{ inputTokens: 10, outputTokens: 5, totalTokens: 3 }])?.totalTokens).toBe(15);
  });

  it("takes the part that is missing from the total", () => {
    expect(sumOfUsage([{ inputTokens: 10, totalTokens: 15 }])).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      totalTokens: 15,
    });
  });

  it.each([-1, 1.5, Number.NaN, Infinity, 1e308, 1e9, "7", 7n, null, {}])("takes %s for not reported", (figure) => {
    const report = { inputTokens: figure, outputTokens: 5, totalTokens: figure } as unknown as Usage;
    expect(sumOfUsage([report, { inputTokens: 1, outputTokens: 1 }])).toEqual({
      inputTokens: 1,
      outputTokens: 6,
      totalTokens: 7,
    });
    expect([totalTokens(report), isWhole(report)]).toEqual([undefined, false]);
  });

  it("is whole only if the parts are known", () => {
    expect([{ totalTokens: 9 }, { inputTokens: 9 }, {}, undefined].map(isWhole)).toEqual([false, false, false, false]);
    expect(
      [
        { inputTokens: 0, outputTokens: 0 },
        { inputTokens: 4, totalTokens: 9 },
      ].map(isWhole),
    ).toEqual([true, true]);
  });
});

describe("what calls did not report", () => {
  const size = { promptTokens: 100, replyChars: 30 };

  it("is nothing if all reported input and output", () => {
    expect(unreportedUsage([{ ...size, usage: { inputTokens: 4, totalTokens: 9 } }])).toBeUndefined();
    expect(unreportedUsage([])).toBeUndefined();
  });

  it.each<[Usage | undefined, [number, number]]>([
    [undefined, [100, 10]],
    [{ cachedInputTokens: 3 }, [100, 10]],
    [{ inputTokens: 7 }, [0, 10]],
    [{ outputTokens: 7 }, [100, 0]],
    [{ totalTokens: 120 }, [100, 20]],
    [{ totalTokens: 60 }, [60, 0]],
  ])("beside %j are the missing figures", (usage, [inputTokens, outputTokens]) => {
    const reported = { ...size, usage: { inputTokens: 1, outputTokens: 1 } };
    expect(unreportedUsage([reported, { ...size, ...(usage && { usage }) }])).toEqual({ inputTokens, outputTokens });
  });
});
