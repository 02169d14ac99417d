import type { ChatModel } from "@massgen/core/model";
import type { Backend } from "./backend.ts";
import { createRegistry, type Registry } from "./registry.ts";

/** What a model's name does not say. What is left out comes from the environment, as for {@link Backend}. */
export interface ModelOptions extends Omit<Backend, "type" | "model" | "options"> {
  /**
   * What else the service's API knows, in the names of the YAML `backend`: `{ verbosity: "low" }`. Sampling belongs to
   * the agent.
   */
  readonly options?: Backend["options"];
}

let registry: Registry | undefined;

/**
 * One for the process, so that its models share connections, limits and secrets. Idle connections do not keep a process
 * alive.
 */
function shared(): Registry {
  registry ??= createRegistry();
  return registry;
}

/**
 * The model of a name that tells its service, or begins with its type: `model("groq/llama-3.3-70b-versatile")`,
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
 * A model of OpenAI; the key is in `OPENAI_API_KEY`. Sends nothing.
 *
 *     const team = createTeam({ agents: [openai("gpt-4o"), claude("claude-sonnet-4-5"), gemini("gemini-2.5-flash")] });
 *
 * @throws MassgenError `configuration` when the key is missing
 */
export function openai(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "openai" });
}

/**
 * A model of Anthropic; the key is in `ANTHROPIC_API_KEY`. Sends nothing.
 * @throws MassgenError `configuration` when the key is missing
 */
export function claude(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "claude" });
}

/**
 * A model of Google; the key is in `GEMINI_API_KEY` or `GOOGLE_API_KEY`. Sends nothing.
 * @throws MassgenError `configuration` when the key is missing
 */
export function gemini(name: string, options: ModelOptions = {}): ChatModel {
  return model(name, { ...options, type: "gemini" });
}
