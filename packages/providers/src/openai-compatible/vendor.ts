import type { Rung } from "@massgen/provider-kit/forcing";
import type { ServiceLookup } from "./service-lookup.ts";

/** The API of OpenAI's that is called. */
export type Api = "chat" | "responses";

/**
 * A service that speaks OpenAI's chat completions, and where it departs from them. Everything absent is as at OpenAI.
 */
export interface Vendor {
  /** The YAML word. */
  readonly type: string;
  readonly aliases?: readonly string[];
  /** Where the service is; without it `base_url` must be given. */
  readonly baseUrl?: string;
  /** Environment variables for the base URL; default `<TYPE>_BASE_URL`. */
  readonly baseUrlVariables?: readonly string[];
  /** Environment variables that may hold the key, first match wins. */
  readonly keyVariables: readonly string[];
  /** Default true. */
  readonly keyRequired?: boolean;
  /** The field for the output limit; default `max_tokens`. */
  readonly tokenField?: TokenField;
  /** False: refuses `stream_options` and reports usage without it. */
  readonly streamOptions?: false;
  /** False: refuses `parallel_tool_calls`. */
  readonly parallelToolCalls?: false;
  /** The APIs by which it takes `prompt_cache_key`; default: none. */
  readonly promptCacheKey?: readonly Api[];
  /** True: takes `verbosity`. */
  readonly verbosity?: true;
  /** False: none of its models sees images. */
  readonly images?: false;
  /** False: knows no tools at all; they are left out, and a call that has to be made is asked for as text. */
  readonly tools?: false;
  /** How a tool call is forced; default `required`. `auto`: not at all. */
  readonly force?: "required" | "any" | "auto";
  /**
   * True: runs open models on the user's own machines. Tool calls are asked for by a schema there: with a forced tool,
   * small models write on and on before the call, and templates may not show them the tools at all. A grammar made from
   * a schema works for all of them.
   */
  readonly local?: true;
  /** True: knows no object form of `tool_choice`; one tool is forced by offering only that one. */
  readonly forceBySoleTool?: true;
  /** Body fields that go along while a tool call is forced, by a choice or by a schema. */
  readonly whileForcing?: BodyFields;
  /** Body fields that switch a model's thinking off; absent where there are none. */
  readonly withoutThinking?: BodyFields;
  /** The field in which the thinking before a tool call has to come back with it. */
  readonly reasoningBack?: ReasoningField;
  /**
   * True: may refuse two turns of the user, or two system messages, in a row, as the chat templates of many open models
   * do.
   */
  readonly alternatingTurns?: true;
  /** The comment by which the service says, as documented, that it is at work. OpenRouter's is known everywhere. */
  readonly progressComment?: string;
  /** The form of tool call ids; default: any. */
  readonly toolCallIds?: "nine-alphanumerics";
  /**
   * What a base URL without a path gets; with `port` (`OLLAMA_HOST` is often just a host), one without scheme or port
   * gets these too.
   */
  readonly bareHost?: { readonly path: string; readonly port?: number };
  /**
   * How many calls it works on at the same time, where it is the user's own machine; `said`: as many as its
   * {@link lookup} says.
   */
  readonly slots?: number | "said";
  /** Where it says what a model takes. Only services on the user's own machines are asked. */
  readonly lookup?: readonly ServiceLookup[];
  /**
   * Present: it has OpenAI's Responses API as well; `only`: the names, in lower case, of models that it serves there
   * only.
   */
  readonly responses?: { readonly only: readonly RegExp[] };
  /** True: deployments under an Azure endpoint, with an `api-version` or on the v1 surface. */
  readonly azure?: true;
}

export type TokenField = "max_tokens" | "max_completion_tokens";

/** `reasoning_content` is a text, `reasoning_details` a list of objects. */
export type ReasoningField = "reasoning_content" | "reasoning_details";

/** Fields of a request body. One whose value is an object is merged with what stands there. */
export type BodyFields = Readonly<Record<string, unknown>>;

/** Whether a comment in a stream is a documented sign of progress. No other comment extends the idle limit. */
export function isProgress(comment: string, documented: string | undefined): boolean {
  const said = comment.trim();
  return said === "OPENROUTER PROCESSING" || (documented !== undefined && said === documented);
}

/** The ways of forcing a tool call that a vendor has. */
export function rungsOf({ tools, force, local, withoutThinking }: Vendor): readonly Rung[] {
  if (tools === false || local) return ["schema", "text"];
  if (force === "auto") return ["instructed", "schema", "text"];
  return [
    "forced",
    ...(withoutThinking === undefined ? [] : ["without-thinking" as const]),
    "instructed",
    "schema",
    "text",
  ];
}
