import { MassgenError } from "@massgen/core";
import { builtInProviders, type Registry } from "@massgen/providers";
import { readVariable, type Environment } from "../setup/environment.ts";

/** A server for open models that answers on this machine, or where the environment says it is. */
export interface LocalService {
  readonly type: string;
  /** Such as `Ollama`. */
  readonly title: string;
  /** Where it was asked. */
  readonly address: string;
  /** Its models that write text, as it orders them. */
  readonly models: readonly string[];
}

/** What listens at an address, but did not say which models it has. */
interface SilentService extends Omit<LocalService, "models"> {
  readonly problem: string;
}

/** What the usual addresses of local servers answered. */
export interface LocalServices {
  readonly found: readonly LocalService[];
  readonly silent: readonly SilentService[];
}

const titles: ReadonlyMap<string, string> = new Map([
  ["ollama", "Ollama"],
  ["lmstudio", "LM Studio"],
  ["llamacpp", "llama.cpp"],
  ["vllm", "vLLM"],
  ["sglang", "SGLang"],
]);

/** The most milliseconds that all servers together may take. */
const usualLimitMs = 1000;

/**
 * Asks every kind of local server on its usual port, or at the address that its variable gives (`OLLAMA_HOST`,
 * `VLLM_BASE_URL`, ...), which models it has: all at the same time, a second at most. Never rejects for what they do.
 */
export async function localServices(
  registry: Registry,
  env: Environment,
  limitMs = usualLimitMs,
): Promise<LocalServices> {
  const signal = AbortSignal.timeout(limitMs);
  const asked = builtInProviders().filter(({ local }) => local === true);
  const answers = await Promise.all(
    asked.map(async ({ type, baseUrl }): Promise<LocalService | SilentService | undefined> => {
      const set = baseUrl.variables.map((name) => readVariable(env, name)).find((value) => value !== undefined);
      const place = { type, title: titles.get(type) ?? type, address: set ?? baseUrl.default ?? "" };
      try {
        return { ...place, models: (await registry.describe.models({ type }, signal)).filter(writesText) };
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        // At a usual port anything may listen, and mostly nothing does; an address that was set is meant.
        const meant = set !== undefined || error.code === "timeout" || error.code === "authentication";
        return meant ? { ...place, problem: error.message } : undefined;
      }
    }),
  );
  return {
    found: answers.filter((answer) => answer !== undefined && "models" in answer),
    silent: answers.filter((answer) => answer !== undefined && "problem" in answer),
  };
}

const otherKinds =
  /embed|bge-|rerank|whisper|transcri|tts|dall-e|moderation|-image|audio|realtime|sora|voice|-ocr|guard|minilm/i;

/** Whether the name of a model is one of a model for text, and can stand in a configuration as it is. */
export function writesText(model: string): boolean {
  return /^[\w.:/@+ -]{1,200}$/.test(model) && !otherKinds.test(model);
}
