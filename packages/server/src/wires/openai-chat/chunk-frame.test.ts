import fc from "fast-check";
import { expect, test } from "vitest";
import { dataFrame } from "../frame.ts";
import { chunkFrame } from "./chunk-frame.ts";
import type { ChatCompletionChunk } from "./chunks.ts";

const text = fc.string({ unit: fc.constantFrom("{}", '"delta":{}', "\\", '"', "\n", "\u2028", "\u0085", "$&", "a") });
const delta = fc.record({ content: text, reasoning_content: text }, { requiredKeys: [] });

test("a chunk is written as it would be by itself, whatever stands in it", () => {
  fc.assert(
    fc.property(text, fc.boolean(), delta, delta, fc.boolean(), (model, usage, first, next, told) => {
      const chunk = (content: typeof first): ChatCompletionChunk => ({
        id: "chatcmpl-1",
        object: "chat.completion.chunk",
        created: 1,
        model,
        choices: [{ index: 0, delta: content, logprobs: null, finish_reason: null }],
        ...(usage && { usage: null }),
      });
      const shown = told ? { massgen_event: { type: "tool-calls", toolCalls: [], seq: 0, atMs: 0 } as const } : {};
      const written = { ...chunk(next), ...shown };
      expect(chunkFrame(chunk(first))(written)).toBe(dataFrame(written));
    }),
  );
});
