import type { ChatModel } from "@massgen/core/model";
import type { Backend } from "./backend.ts";
import { createRegistry, type Registry } from "./registry.ts";

/** What the model's name does not imply. The defaults come from the environment, as for {@link Backend}. */
export interface ModelOptions extends Omit<Backend, "type" | "model" | "options"> {
  /**
   * Further options of the service, by their names in the YAML `backend`: `{ verbosity: "low" }`. Sampling belongs to
   * the agent.
   */
  readonly options?: Backend["options"];
}

let registry: Registry | undefined;

/**
 * One registry for the process, so that its models share connections, limits and secrets. Idle connections do not keep
 * a process alive.
 */
function shared(): Registry {
  registry ??= createRegistry();
  return registry;
}

/**
 * Makes a model from a name that implies its service, or begins with its type: `model("groq/llama-3.3-70b-versatile")`,
 * `model("grok-4")`, `model("ollama/llama3.2")`, `model("demo")`. With `type` the name is taken as it is. Sends
 * nothing.
 *
 * Keys and addresses come from the environment of the process unless they are given. For another environment, further
 * providers, or connections to close, make a registry with {@link createRegistry}.
 * @throws MassgenError `configuration` naming what is missing, such as the variable that holds the key
 */
export function model(
  name: string,
  { options = {}, ...rest }: ModelOptions & { readonly type?: string } = {},
): ChatModel {
  return shared().createModel({ ...rest, model: name, options });
}

/**
 * Makes a model of OpenAI; the key is in `OPENAI_API_KEY`. Sends nothing.
 *
 *     const team = createTeam({ agents: [openai("gpt-4o"), claude("claude-sonnet-4-5"), gemini("gemini-2.5-flash")] });
 *
 * @throws MassgenError `configuration` when the key is missing
 */
export function openai(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "openai" });
}

/**
 * Makes a model of Anthropic; the key is in `ANTHROPIC_API_KEY`. Sends nothing.
 * @throws MassgenError `configuration` when the key is missing
 */
export function claude(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "claude" });
}

/**
 * Makes a model of Google; the key is in `GEMINI_API_KEY` or `GOOGLE_API_KEY`. Sends nothing.
 * @throws MassgenError `configuration` when the key is missing
 */
export function gemini(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "gemini" });
}
