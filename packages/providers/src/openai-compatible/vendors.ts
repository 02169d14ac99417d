import { llamaCppProps, lmStudioModels, modelList, ollamaLoaded } from "./service-lookup.ts";
import type { Vendor } from "./vendor.ts";

/** Chat templates use either word and ignore the other. */
const templateWithoutThinking = { chat_template_kwargs: { enable_thinking: false, thinking: false } };

/**
 * "This model is only supported in v1/responses and not in v1/chat/completions." The pages of
 * https://platform.openai.com/docs/models list each model's endpoints.
 */
const onlyOpenAIResponses = [
  /^o[13]-pro(?:-|$)/,
  /^gpt-5(?:\.\d{1,2})?-pro(?:-|$)/,
  /^(?:gpt-5(?:\.\d{1,2})?-)?codex(?:-|$)/,
  /^o\d(?:-mini)?-deep-research(?:-|$)/,
  /^computer-use-preview(?:-|$)/,
];

/** The OpenAI-shaped family. */
export const vendors: readonly Vendor[] = [
  {
    type: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyVariables: ["OPENAI_API_KEY"],
    tokenField: "max_completion_tokens",
    // https://platform.openai.com/docs/guides/prompt-caching
    promptCacheKey: ["chat", "responses"],
    verbosity: true,
    responses: { only: onlyOpenAIResponses },
  },
  {
    type: "azure_openai",
    baseUrlVariables: ["AZURE_OPENAI_ENDPOINT"],
    keyVariables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
    tokenField: "max_completion_tokens",
    azure: true,
    // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/prompt-caching
    promptCacheKey: ["chat", "responses"],
    verbosity: true,
    // A deployment is called as its user likes, which is mostly the model's name.
    // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses
    responses: { only: onlyOpenAIResponses },
  },
  {
    type: "grok",
    baseUrl: "https://api.x.ai/v1",
    keyVariables: ["XAI_API_KEY"],
    tokenField: "max_completion_tokens",
    // Chat completions have a header for it: https://docs.x.ai/docs/guides/prompt-caching
    promptCacheKey: ["responses"],
    // The pages of its models name none: https://docs.x.ai/developers/models
    responses: { only: [] },
  },
  {
    type: "groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariables: ["GROQ_API_KEY"],
    tokenField: "max_completion_tokens",
  },
  {
    type: "cerebras",
    baseUrl: "https://api.cerebras.ai/v1",
    keyVariables: ["CEREBRAS_API_KEY"],
    tokenField: "max_completion_tokens",
    images: false,
    parallelToolCalls: false,
  },
  {
    type: "together",
    baseUrl: "https://api.together.xyz/v1",
    keyVariables: ["TOGETHER_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"],
  },
  {
    type: "fireworks",
    baseUrl: "https://api.fireworks.ai/inference/v1",
    keyVariables: ["FIREWORKS_API_KEY"],
  },
  {
    type: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    verbosity: true,
    // Otherwise OpenRouter picks hosts that ignore fields which they do not know.
    whileForcing: { provider: { require_parameters: true } },
    reasoningBack: "reasoning_details",
    // It serves all of its models by either API: https://openrouter.ai/docs/api/reference/responses/overview
    responses: { only: [] },
  },
  {
    type: "deepseek",
    baseUrl: "https://api.deepseek.com",
    keyVariables: ["DEEPSEEK_API_KEY"],
    // While a request waits for its turn: https://api-docs.deepseek.com/quick_start/rate_limit
    progressComment: "keep-alive",
    images: false,
    withoutThinking: { thinking: { type: "disabled" } },
    reasoningBack: "reasoning_content",
  },
  {
    type: "mistral",
    baseUrl: "https://api.mistral.ai/v1",
    keyVariables: ["MISTRAL_API_KEY"],
    streamOptions: false,
    force: "any",
    forceBySoleTool: true,
    toolCallIds: "nine-alphanumerics",
    // It caches nothing without one: https://docs.mistral.ai/capabilities/prompt_caching
    promptCacheKey: ["chat"],
  },
  {
    type: "moonshot",
    aliases: ["kimi"],
    baseUrl: "https://api.moonshot.ai/v1",
    keyVariables: ["MOONSHOT_API_KEY", "KIMI_API_KEY"],
    // https://platform.kimi.ai/docs/api/chat
    promptCacheKey: ["chat"],
    withoutThinking: { thinking: { type: "disabled" } },
    reasoningBack: "reasoning_content",
  },
  {
    type: "qwen",
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    keyVariables: ["QWEN_API_KEY", "DASHSCOPE_API_KEY", "ALIBABA_API_KEY"],
    withoutThinking: { enable_thinking: false },
  },
  {
    type: "zai",
    baseUrl: "https://api.z.ai/api/paas/v4",
    keyVariables: ["ZAI_API_KEY", "ZHIPUAI_API_KEY"],
    force: "auto",
    withoutThinking: { thinking: { type: "disabled" } },
  },
  {
    type: "nvidia",
    baseUrl: "https://integrate.api.nvidia.com/v1",
    keyVariables: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
    withoutThinking: templateWithoutThinking,
  },
  { type: "nebius", baseUrl: "https://api.studio.nebius.ai/v1", keyVariables: ["NEBIUS_API_KEY"] },
  { type: "poe", keyVariables: ["POE_API_KEY"] },
  {
    type: "perplexity",
    alternatingTurns: true,
    baseUrl: "https://api.perplexity.ai",
    keyVariables: ["PERPLEXITY_API_KEY"],
    tools: false,
  },
  {
    type: "ollama",
    local: true,
    baseUrl: "http://localhost:11434/v1",
    baseUrlVariables: ["OLLAMA_HOST"],
    keyVariables: ["OLLAMA_API_KEY"],
    keyRequired: false,
    bareHost: { port: 11434, path: "/v1" },
    slots: 1,
    lookup: [ollamaLoaded],
  },
  {
    type: "lmstudio",
    local: true,
    alternatingTurns: true,
    baseUrl: "http://localhost:1234/v1",
    keyVariables: ["LMSTUDIO_API_KEY"],
    keyRequired: false,
    bareHost: { path: "/v1" },
    forceBySoleTool: true,
    slots: 1,
    lookup: [lmStudioModels],
  },
  {
    type: "vllm",
    local: true,
    alternatingTurns: true,
    baseUrl: "http://localhost:8000/v1",
    keyVariables: ["VLLM_API_KEY"],
    keyRequired: false,
    bareHost: { path: "/v1" },
    tokenField: "max_completion_tokens",
    withoutThinking: templateWithoutThinking,
    lookup: [modelList],
  },
  {
    type: "sglang",
    local: true,
    alternatingTurns: true,
    baseUrl: "http://localhost:30000/v1",
    keyVariables: ["SGLANG_API_KEY"],
    keyRequired: false,
    bareHost: { path: "/v1" },
    withoutThinking: templateWithoutThinking,
    lookup: [modelList],
  },
  {
    type: "llamacpp",
    local: true,
    alternatingTurns: true,
    baseUrl: "http://localhost:8080/v1",
    keyVariables: ["LLAMACPP_API_KEY"],
    keyRequired: false,
    bareHost: { path: "/v1" },
    forceBySoleTool: true,
    slots: "said",
    // A server without /props may still list its models.
    lookup: [llamaCppProps, modelList],
  },
  {
    type: "chatcompletion",
    alternatingTurns: true,
    keyVariables: ["CHATCOMPLETION_API_KEY"],
    keyRequired: false,
  },
];
