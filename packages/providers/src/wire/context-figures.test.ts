import { expect, test } from "vitest";
import { contextFigures } from "./context-figures.ts";
import { failureOf } from "./upstream-failure.ts";

// Recorded from the services, or taken from their sources.
test.each<[string, object, object]>([
  [
    "llama.cpp",
    {
      error: {
        code: 400,
        message: "request (4267 tokens) exceeds the available context size (4096 tokens), try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 4267,
        n_ctx: 4096,
      },
    },
    { contextTokens: 4096, promptTokens: 4267 },
  ],
  [
    "llama.cpp, in words only",
    { error: { message: "request (4267 tokens) exceeds the available context size (4096 tokens), try increasing it" } },
    { contextTokens: 4096, promptTokens: 4267 },
  ],
  [
    "OpenAI",
    {
      error: {
        message:
          "This model's maximum context length is 16385 tokens. However, your messages resulted in 20017 tokens. Please reduce the length of the messages.",
        code: "context_length_exceeded",
      },
    },
    { contextTokens: 16385, promptTokens: 20017 },
  ],
  [
    "vLLM",
    {
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (1000 in the messages, 4000 in the completion). Please reduce the length of the messages or completion.",
    },
    { contextTokens: 4096, promptTokens: 1000 },
  ],
  [
    "LM Studio",
    {
      error:
        "Trying to keep the first 5281 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.",
    },
    { contextTokens: 4096 },
  ],
  [
    "Claude",
    { error: { message: "prompt is too long: 214354 tokens > 200000 maximum" } },
    { contextTokens: 200000, promptTokens: 214354 },
  ],
  [
    "Claude, with the output",
    { error: { message: "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000" } },
    { contextTokens: 200000, promptTokens: 190000 },
  ],
  [
    "Gemini",
    {
      error: {
        message: "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).",
      },
    },
    { contextTokens: 1048576, promptTokens: 2000000 },
  ],
  [
    "with thousands set apart",
    { error: { message: "maximum context length is 128,000 tokens" } },
    { contextTokens: 128000 },
  ],
  ["nothing named", { error: { message: "The prompt is too long." } }, {}],
  [
    "figures that are none",
    { error: { message: "context length is 7 tokens", n_ctx: -3, n_prompt_tokens: 1e300 } },
    {},
  ],
  ["a figure of the wrong kind", { error: { message: "x", n_ctx: "4096", n_prompt_tokens: [1] } }, {}],
])("%s", (_, body, figures) => {
  expect(contextFigures(failureOf(body, 400))).toEqual(figures);
});
