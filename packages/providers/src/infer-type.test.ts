import { expect, test } from "vitest";
import { inferType, splitModelName } from "./infer-type.ts";

test.each<[string, string | undefined]>([
  ["gpt-4o", "openai"],
  ["o3-mini", "openai"],
  ["ft:gpt-4o:org::id", "openai"],
  ["claude-sonnet-4-5", "claude"],
  ["gemini-2.5-flash", "gemini"],
  ["grok-4", "grok"],
  ["deepseek-chat", "deepseek"],
  ["kimi-k3", "moonshot"],
  ["qwen3-max", "qwen"],
  ["glm-4.7", "zai"],
  ["codestral-latest", "mistral"],
  ["sonar-pro", "perplexity"],
  ["accounts/fireworks/models/x", "fireworks"],
  ["meta-llama/llama-3.3-70b:free", "openrouter"],
  ["llama3.2:3b", "ollama"],
  ["deepseek-r1:7b", "ollama"],
  ["gpt-oss-120b", undefined],
  ["llama-3.3-70b", undefined],
  ["my-model", undefined],
])("%s", (model, type) => expect(inferType(model)).toBe(type));

test.each<[string, unknown]>([
  ["groq/llama-3.3-70b", { type: "groq", model: "llama-3.3-70b" }],
  ["groq/openai/gpt-oss-120b", { type: "groq", model: "openai/gpt-oss-120b" }],
  ["meta-llama/llama-3", { type: "openrouter", model: "meta-llama/llama-3" }],
  ["gpt-4o", { type: "openai", model: "gpt-4o" }],
  ["groq/", { type: "openrouter", model: "groq/" }],
  ["llama-3", undefined],
  ["", undefined],
])("taken apart: %s", (name, parts) => expect(splitModelName(name, ["groq", "openai"])).toEqual(parts));
