/** A model's name, taken apart. */
export interface SplitModelName {
  readonly type: string;
  readonly model: string;
}

const prefixes: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt-|o1|o3|o4|chatgpt-|codex|ft:)/, "openai"],
  [/^claude-/, "claude"],
  [/^(?:gemini-|gemma-)/, "gemini"],
  [/^grok-/, "grok"],
  [/^deepseek-/, "deepseek"],
  [/^(?:kimi-|moonshot-)/, "moonshot"],
  [/^(?:qwen|qwq-)/, "qwen"],
  [/^glm-/, "zai"],
  [/^(?:mistral-|magistral-|ministral-|codestral-|devstral-|pixtral-|open-mistral|open-mixtral)/, "mistral"],
  [/^sonar/, "perplexity"],
  [/^demo$/, "demo"],
];

/**
 * The backend type that a model's name tells, whether or not such a type is there; undefined when the name does not tell, or when
 * several services have models of that name (`gpt-oss*`, `llama*`).
 */
export function inferType(model: string): string | undefined {
  const name = model.trim().toLowerCase();
  if (name.startsWith("ft:")) return "openai";
  if (name.startsWith("accounts/fireworks/")) return "fireworks";
  if (name.startsWith("nvidia/")) return "nvidia";
  if (name.includes("/")) return "openrouter";
  // name:tag is how Ollama writes it, whoever made the model.
  if (name.includes(":")) return "ollama";
  if (name.startsWith("gpt-oss")) return undefined;
  return prefixes.find(([prefix]) => prefix.test(name))?.[1];
}

/**
 * Reads type and model off a name such as `groq/llama-3.3-70b` or `gpt-4o`: the part before the first slash is the type if it is
 * one of `types`; otherwise the name as a whole tells, if it does.
 */
export function splitModelName(name: string, types: readonly string[]): SplitModelName | undefined {
  const trimmed = name.trim();
  const slash = trimmed.indexOf("/");
  const first = trimmed.slice(0, Math.max(slash, 0));
  const rest = trimmed.slice(slash + 1);
  if (slash > 0 && rest !== "" && types.includes(first)) return { type: first, model: rest };
  const type = trimmed === "" ? undefined : inferType(trimmed);
  return type === undefined ? undefined : { type, model: trimmed };
}
