import type { Provider } from "@massgen/core/model";

/** The two parts of a model's name. */
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
 * Open models that many services have under the same name. `name:tag` and `vendor/model` identify the service, the bare
 * name does not.
 */
const everywhere = /^(?:openai\/gpt-oss|(?:gpt-oss|llama)[^:/]*$)/;
const everywhereTypes: readonly string[] = ["groq", "cerebras", "together", "openrouter", "ollama"];

/**
 * Services that have models whose names begin with their own: `nvidia/nemotron` and `openrouter/auto` are whole names.
 */
const ownNames: readonly string[] = ["nvidia", "openrouter"];

/** Hosts of services besides the default addresses of their types; a leading dot stands for any name before it. */
const otherHosts: readonly (readonly [string, string])[] = [
  [".openai.azure.com", "azure_openai"],
  [".services.ai.azure.com", "azure_openai"],
  [".cognitiveservices.azure.com", "azure_openai"],
  ["api.moonshot.cn", "moonshot"],
  ["dashscope.aliyuncs.com", "qwen"],
  ["open.bigmodel.cn", "zai"],
];

/** The types that have models of this name, where the name alone does not identify one of them; otherwise empty. */
export function ambiguousTypes(model: string): readonly string[] {
  return everywhere.test(model.trim().toLowerCase()) ? everywhereTypes : [];
}

/**
 * The backend type that a model's name implies, whether or not a registry has it. Undefined when the name implies none,
 * or when several services have models of that name: see {@link ambiguousTypes}.
 */
export function inferType(model: string): string | undefined {
  const name = model.trim().toLowerCase();
  if (everywhere.test(name)) return undefined;
  if (name.startsWith("ft:")) return "openai";
  if (name.startsWith("accounts/fireworks/")) return "fireworks";
  if (name.startsWith("nvidia/")) return "nvidia";
  if (name.startsWith("models/gemini-")) return "gemini";
  if (name.includes("/")) return "openrouter";
  // `name:tag` is Ollama's spelling, for models of any maker.
  if (name.includes(":")) return "ollama";
  return prefixes.find(([prefix]) => prefix.test(name))?.[1];
}

/**
 * Reads type and model off a name such as `groq/llama-3.3-70b` or `gpt-4o`: the part before the first slash is the type
 * if it is one of `types`; otherwise the name as a whole may imply one.
 */
export function splitModelName(name: string, types: readonly string[]): SplitModelName | undefined {
  const trimmed = name.trim();
  if (trimmed === "" || ambiguousTypes(trimmed).length > 0) return undefined;
  const slash = trimmed.indexOf("/");
  const first = trimmed.slice(0, Math.max(slash, 0));
  const rest = trimmed.slice(slash + 1);
  const whole = ownNames.includes(first) && !rest.includes("/");
  if (slash > 0 && rest !== "" && types.includes(first)) return { type: first, model: whole ? trimmed : rest };
  const type = inferType(trimmed);
  return type === undefined ? undefined : { type, model: trimmed };
}

/**
 * The type whose service has this address: judged by the host, and for servers on the user's own machine by their usual
 * port. Undefined for other addresses.
 */
export function typeOfAddress(baseUrl: string, providers: readonly Provider[]): string | undefined {
  const host = hostOf(baseUrl);
  if (host === undefined) return undefined;
  const own = providers.find((provider) => hostOf(provider.baseUrl.default) === host)?.type;
  return own ?? otherHosts.find(([other]) => (other.startsWith(".") ? host.endsWith(other) : host === other))?.[1];
}

/** Host and port. All names of the local machine become `localhost`. */
function hostOf(address: string | undefined): string | undefined {
  const url = address === undefined ? null : URL.parse(address.trim());
  return url?.host.replace(/^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?=:|$)/, "localhost");
}

/** The message for a model whose type cannot be inferred: the reason, then what to set. */
export function untypedMessage(model: string | undefined, types: readonly string[]): string {
  const services = model === undefined ? [] : ambiguousTypes(model);
  if (services.length === 0) return `the model's name does not tell its type; set type to one of ${types.join(", ")}`;
  const words = `${services.slice(0, -1).join(", ")} or ${services.at(-1)}`;
  return `several services have models of this name; set type to ${words}, or to another that has it`;
}
