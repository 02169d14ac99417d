import type { Provider } from "@massgen/core/model";
import { expect, test } from "vitest";
import { ambiguousTypes, inferType, splitModelName, typeOfAddress, untypedMessage } from "./infer-type.ts";
import { builtInProviders } from "./provider-types.ts";

test.each<[string, string | undefined]>([
  ["gpt-4o", "openai"],
  ["GPT-4o", "openai"],
  ["o1", "openai"],
  ["o3-mini", "openai"],
  ["o4-mini", "openai"],
  ["chatgpt-4o-latest", "openai"],
  ["codex-mini", "openai"],
  ["ft:gpt-4o:org::id", "openai"],
  ["claude-sonnet-4-5", "claude"],
  ["gemini-2.5-flash", "gemini"],
  ["gemma-3-27b-it", "gemini"],
  ["grok-4", "grok"],
  ["deepseek-chat", "deepseek"],
  ["kimi-k3", "moonshot"],
  ["moonshot-v1-8k", "moonshot"],
  ["qwen-plus", "qwen"],
  ["qwen3-max", "qwen"],
  ["qwq-plus", "qwen"],
  ["glm-4.7", "zai"],
  ["mistral-large-latest", "mistral"],
  ["magistral-medium", "mistral"],
  ["ministral-8b", "mistral"],
  ["codestral-latest", "mistral"],
  ["devstral-small", "mistral"],
  ["pixtral-12b", "mistral"],
  ["open-mistral-nemo", "mistral"],
  ["open-mixtral-8x22b", "mistral"],
  ["sonar-pro", "perplexity"],
  ["demo", "demo"],
  ["accounts/fireworks/models/x", "fireworks"],
  ["nvidia/llama-3.1-nemotron", "nvidia"],
  ["models/gemini-2.5-pro", "gemini"],
  ["meta-llama/llama-3.3-70b:free", "openrouter"],
  ["llama3.2:3b", "ollama"],
  ["gpt-oss:20b", "ollama"],
  ["deepseek-r1:7b", "ollama"],
  ["gpt-oss-120b", undefined],
  ["openai/gpt-oss-120b", undefined],
  ["llama-3.3-70b", undefined],
  ["my-model", undefined],
])("%s", (model, type) => expect(inferType(model)).toBe(type));

test.each(["gpt-oss-120b", "openai/gpt-oss-20b", "openai/gpt-oss-20b:free", "Llama-3.3-70b-versatile", "llama3"])(
  "%s asks for a type and names the services that have it",
  (model) => {
    expect(ambiguousTypes(model)).toEqual(["groq", "cerebras", "together", "openrouter", "ollama"]);
    expect(splitModelName(model, ["openai"])).toBeUndefined();
    expect(untypedMessage(model, ["demo"])).toBe(
      "several services have models of this name; set type to groq, cerebras, together, openrouter or ollama, or to another that has it",
    );
  },
);

test.each(["llama3.2:3b", "meta-llama/llama-3", "groq/llama-3", "gpt-4o", "my-model"])(
  "%s is not ambiguous",
  (model) => {
    expect(ambiguousTypes(model)).toEqual([]);
  },
);

test("a name that tells nothing: every type is listed", () => {
  const message = "the model's name does not tell its type; set type to one of demo, openai";
  expect(untypedMessage("my-model", ["demo", "openai"])).toBe(message);
  expect(untypedMessage(undefined, ["demo", "openai"])).toBe(message);
});

test.each<[string, unknown]>([
  ["groq/llama-3.3-70b", { type: "groq", model: "llama-3.3-70b" }],
  ["groq/openai/gpt-oss-120b", { type: "groq", model: "openai/gpt-oss-120b" }],
  ["openai/gpt-4o", { type: "openai", model: "gpt-4o" }],
  ["meta-llama/llama-3", { type: "openrouter", model: "meta-llama/llama-3" }],
  ["gpt-4o", { type: "openai", model: "gpt-4o" }],
  ["groq/", { type: "openrouter", model: "groq/" }],
  ["llama-3", undefined],
  ["", undefined],
])("taken apart: %s", (name, parts) => expect(splitModelName(name, ["groq", "openai"])).toEqual(parts));

test.each<[string, string | undefined]>([
  ["https://api.groq.com/openai/v1", "groq"],
  [" https://API.OpenAI.com ", "openai"],
  ["https://openrouter.ai/api/v1", "openrouter"],
  ["https://generativelanguage.googleapis.com/v1beta", "gemini"],
  ["https://api.anthropic.com", "claude"],
  ["https://my-company.openai.azure.com/openai/v1", "azure_openai"],
  ["https://api.moonshot.cn/v1", "moonshot"],
  ["https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen"],
  ["https://open.bigmodel.cn/api/paas/v4", "zai"],
  ["http://localhost:11434/v1", "ollama"],
  ["http://127.0.0.1:1234/v1", "lmstudio"],
  ["http://[::1]:30000/v1", "sglang"],
  ["http://localhost:4000/v1", undefined],
  ["https://api.groq.com.example.com/v1", undefined],
  ["https://example.com/api.groq.com", undefined],
  ["https://api.groq.com:8443/v1", undefined],
  ["openai", undefined],
])("address %s", (address, type) => expect(typeOfAddress(address, builtInProviders())).toBe(type));

test("an address of a further provider", () => {
  const acme: Provider = {
    contract: 1,
    type: "acme",
    apiKey: { variables: [], required: false },
    baseUrl: { variables: [], default: "https://api.acme.example/v1" },
    createModel: ({ model }) => ({ contract: 1, model, stream: () => ({}) as never }),
  };
  expect(typeOfAddress("https://api.acme.example/v2", [acme])).toBe("acme");
});

test.each([
  ["nvidia/nemotron-70b", { type: "nvidia", model: "nvidia/nemotron-70b" }],
  ["nvidia/meta/llama-3.1-70b", { type: "nvidia", model: "meta/llama-3.1-70b" }],
  ["openrouter/auto", { type: "openrouter", model: "openrouter/auto" }],
  ["openrouter/meta-llama/llama-3", { type: "openrouter", model: "meta-llama/llama-3" }],
  ["groq/llama-3", { type: "groq", model: "llama-3" }],
])("%s: a name that begins with its service's own is whole", (name, split) => {
  expect(splitModelName(name, ["nvidia", "openrouter", "groq"])).toEqual(split);
});

test.each([
  ["https://x.services.ai.azure.com/openai/v1", "azure_openai"],
  ["https://x.cognitiveservices.azure.com", "azure_openai"],
  ["http://0.0.0.0:11434/v1", "ollama"],
  ["http://[::]:11434", "ollama"],
])("%s is known", (address, type) => expect(typeOfAddress(address, builtInProviders())).toBe(type));
