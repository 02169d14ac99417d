import { expect, test } from "vitest";
import { assumedThinking, thinkingTokensOf } from "./thinking-models.ts";

test.each([
  "o3",
  "o4-mini",
  "gpt-5",
  "gpt-5-mini",
  "openai/gpt-oss-120b",
  "deepseek-reasoner",
  "deepseek-r1:8b",
  "DeepSeek-R1-Distill-Qwen-7B",
  "gemini-2.5-flash",
  "gemini-3-pro",
  "grok-4",
  "grok-3-mini",
  "Qwen/Qwen3-8B",
  "qwen3:0.6b",
  "QwQ-32B",
  "magistral-small",
  "glm-4.6",
  "MiniMax-M2",
  "kimi-k2-thinking",
  "phi-4-reasoning-plus",
  "sonar-reasoning-pro",
])("%s thinks", (model) => expect(thinkingTokensOf(model)).toEqual({ thinkingTokens: assumedThinking }));

test.each([
  "gpt-4o",
  "gpt-4.1-mini",
  "gpt-5-chat-latest",
  "deepseek-chat",
  "gemini-2.0-flash",
  "grok-4-fast-non-reasoning",
  "Qwen3-30B-A3B-Instruct-2507",
  "qwen2.5-coder:0.5b",
  "llama3.2",
  "mistral-small",
  "m1",
])("of %s nothing is known", (model) => expect(thinkingTokensOf(model)).toEqual({}));

test.each<[object, object]>([
  [{ chat_template_kwargs: { enable_thinking: false } }, { thinkingTokens: 0 }],
  [{ enable_thinking: true }, { thinkingTokens: assumedThinking }],
  [{ thinking: { type: "disabled" } }, { thinkingTokens: 0 }],
  [{ thinking: { type: "enabled" } }, { thinkingTokens: assumedThinking }],
  [{ reasoning: { effort: "high" } }, { thinkingTokens: assumedThinking }],
  [{ temperature: 1 }, {}],
])("the fields %j say what a name does not", (fields, known) => {
  expect(thinkingTokensOf("m", { ...fields })).toEqual(known);
});
