import { expect, test } from "vitest";
import { fullUsage, isWholeUsage } from "../runs/usage.ts";
import { toUsage } from "./openai-usage.ts";

test.each([
  [{ inputTokens: 3, outputTokens: 4 }, [3, 4, 7], true],
  [{ inputTokens: 3, outputTokens: 4, totalTokens: 5 }, [3, 4, 7], true],
  [{ inputTokens: 3, outputTokens: 4, totalTokens: 107 }, [3, 4, 107], true],
  [{ inputTokens: 3, totalTokens: 9 }, [3, 6, 9], true],
  [{ outputTokens: 3, totalTokens: 9 }, [6, 3, 9], true],
  [{ inputTokens: 3 }, [3, 0, 3], false],
  [{ totalTokens: 9 }, [0, 0, 9], false],
])("%j", (usage, [prompt_tokens, completion_tokens, total_tokens], whole) => {
  expect(toUsage(fullUsage(usage))).toEqual({ prompt_tokens, completion_tokens, total_tokens });
  expect(isWholeUsage(usage)).toBe(whole);
});
