/** A service that speaks OpenAI's chat completions, and where it departs from them. Everything absent is as at OpenAI. */
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
  /** How a tool call is forced; default `required`. `auto`: not at all. */
  readonly force?: "required" | "any" | "auto";
  /** True: knows no object form of `tool_choice`; one tool is forced by offering only that one. */
  readonly forceBySoleTool?: true;
  /** What a base URL given without scheme, port or path gets (`OLLAMA_HOST` is often just a host). */
  readonly bareHost?: { readonly port: number; readonly path: string };
  /** True: deployments under an Azure endpoint, with an `api-version` or on the v1 surface. */
  readonly azure?: true;
}

export type TokenField = "max_tokens" | "max_completion_tokens";
