/** `cheap`: fast models that cost little; `strong`: the best that are generally to be had. */
export type Preset = "cheap" | "strong";

/** Models that `massgen init` proposes, the first that the service lists; as of November 2026. */
const preferred: ReadonlyMap<string, Readonly<Record<Preset, readonly string[]>>> = new Map([
  [
    "openai",
    {
      cheap: ["gpt-5.4-mini", "gpt-5-mini", "gpt-4.1-mini", "gpt-4o-mini", "gpt-5-nano"],
      strong: ["gpt-5.5", "gpt-5.2", "gpt-5", "gpt-4.1", "gpt-4o"],
    },
  ],
  [
    "claude",
    {
      cheap: ["claude-haiku-4-5", "claude-3-5-haiku-latest", "claude-sonnet-4-5"],
      strong: ["claude-sonnet-5", "claude-sonnet-4-6", "claude-sonnet-4-5", "claude-opus-4-5"],
    },
  ],
  [
    "gemini",
    {
      cheap: ["gemini-3.5-flash", "gemini-2.5-flash", "gemini-2.5-flash-lite"],
      strong: ["gemini-3.1-pro-preview", "gemini-2.5-pro", "gemini-3.5-flash"],
    },
  ],
  [
    "grok",
    {
      cheap: ["grok-4-1-fast-non-reasoning", "grok-4-fast-non-reasoning", "grok-3-mini"],
      strong: ["grok-4.3", "grok-4-0709", "grok-3"],
    },
  ],
  [
    "deepseek",
    {
      cheap: ["deepseek-v4-flash", "deepseek-chat", "deepseek-reasoner"],
      strong: ["deepseek-v4-pro", "deepseek-reasoner", "deepseek-chat"],
    },
  ],
  [
    "mistral",
    {
      cheap: ["mistral-small-latest", "ministral-8b-latest", "open-mistral-nemo"],
      strong: ["mistral-large-latest", "mistral-medium-latest", "magistral-medium-latest"],
    },
  ],
  ["moonshot", { cheap: ["kimi-k2.5", "kimi-k2.6", "kimi-k2"], strong: ["kimi-k3", "kimi-k2.6", "kimi-k2.5"] }],
  ["qwen", { cheap: ["qwen-flash", "qwen-turbo", "qwen-plus"], strong: ["qwen3-max", "qwen-max", "qwen-plus"] }],
  ["zai", { cheap: ["glm-4.5-air", "glm-4.5-flash", "glm-4.6"], strong: ["glm-5.2", "glm-4.6", "glm-4.5"] }],
  [
    "groq",
    {
      cheap: ["openai/gpt-oss-20b", "llama-3.1-8b-instant", "qwen/qwen3-32b"],
      strong: ["openai/gpt-oss-120b", "llama-3.3-70b-versatile", "qwen/qwen3-32b"],
    },
  ],
  [
    "cerebras",
    {
      cheap: ["llama3.1-8b", "qwen-3-32b", "gpt-oss-120b"],
      strong: ["gpt-oss-120b", "zai-glm-4.7", "qwen-3-32b"],
    },
  ],
  [
    "openrouter",
    {
      cheap: ["openai/gpt-5-mini", "anthropic/claude-haiku-4.5", "google/gemini-2.5-flash"],
      strong: ["openai/gpt-5.5", "anthropic/claude-sonnet-4.5", "google/gemini-2.5-pro"],
    },
  ],
  [
    "together",
    {
      cheap: ["openai/gpt-oss-20b", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "Qwen/Qwen2.5-7B-Instruct-Turbo"],
      strong: ["openai/gpt-oss-120b", "deepseek-ai/DeepSeek-V3.1", "meta-llama/Llama-3.3-70B-Instruct-Turbo"],
    },
  ],
  [
    "fireworks",
    {
      cheap: ["gpt-oss-20b", "llama-v3p1-8b-instruct", "gpt-oss-120b"].map(atFireworks),
      strong: ["deepseek-v4-pro", "glm-5p2", "kimi-k2p6"].map(atFireworks),
    },
  ],
  [
    "nvidia",
    {
      cheap: ["openai/gpt-oss-20b", "meta/llama-3.1-8b-instruct", "meta/llama-3.3-70b-instruct"],
      strong: ["openai/gpt-oss-120b", "deepseek-ai/deepseek-v3.1", "meta/llama-3.3-70b-instruct"],
    },
  ],
  [
    "nebius",
    {
      cheap: ["openai/gpt-oss-20b", "meta-llama/Meta-Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B"],
      strong: ["openai/gpt-oss-120b", "deepseek-ai/DeepSeek-V3-0324", "Qwen/Qwen3-235B-A22B"],
    },
  ],
  [
    "perplexity",
    { cheap: ["sonar", "sonar-pro", "sonar-reasoning-pro"], strong: ["sonar-pro", "sonar-reasoning-pro", "sonar"] },
  ],
]);

function atFireworks(name: string): string {
  return `accounts/fireworks/models/${name}`;
}

/** The types that models are proposed of, the first ones first. */
export const preferredTypes: readonly string[] = [...preferred.keys()];

/**
 * Models of a type in the order in which they are proposed.
 * @param listed what the service says it has; undefined if it did not say
 */
export function modelsOfType(type: string, preset: Preset, listed: readonly string[] | undefined): readonly string[] {
  const wanted = preferred.get(type)?.[preset === "cheap" ? "cheap" : "strong"] ?? [];
  if (listed === undefined) return wanted;
  // Anthropic lists claude-haiku-4-5 as claude-haiku-4-5-20251001.
  const there = wanted.flatMap(
    (name) => listed.find((one) => one === name || one.replace(/-20\d{6}$/, "") === name) ?? [],
  );
  return there.length > 0 ? there : listed.slice(0, 3);
}
