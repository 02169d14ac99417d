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
  [
    "SGLang",
    {
      message:
        "Requested token count exceeds the model's maximum context length of 32768 tokens. You requested a total of 40000 tokens: 38000 tokens from the input messages and 2000 tokens for the completion.",
    },
    { contextTokens: 32768, promptTokens: 38000 },
  ],
  [
    "OpenRouter",
    {
      error: {
        message:
          "This endpoint's maximum context length is 131072 tokens. However, you requested about 200000 tokens (199000 of text input, 1000 in the output).",
      },
    },
    { contextTokens: 131072, promptTokens: 199000 },
  ],
  [
    "Moonshot",
    { error: { message: "Invalid request: Your request exceeded model token limit: 8192" } },
    { contextTokens: 8192 },
  ],
  ["Qwen", { error: { message: "Range of input length should be [1,30720]" } }, { contextTokens: 30720 }],
  [
    "Cohere",
    { message: "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000" },
    { contextTokens: 4081 },
  ],
  [
    "Ollama",
    { error: { message: "The prompt (total length 5000) is too long to fit into the model (context length 4096)." } },
    { contextTokens: 4096, promptTokens: 5000 },
  ],
  ["no tokens", { error: { message: "maximum context length is 0 tokens" } }, {}],
  ["more digits than any window has", { error: { message: "maximum context length is 12345678901234 tokens" } }, {}],
  ["a power", { error: { message: "maximum context length is 1e308 tokens" } }, {}],
  ["thousands as a letter", { error: { message: "maximum context length is 1024k tokens" } }, {}],
  ["a rate", { error: { message: "context length of 8192 tokens per minute" } }, {}],
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
