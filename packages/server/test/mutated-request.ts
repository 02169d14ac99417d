import * as fc from "fast-check";
import type { requestFields } from "../src/wires/openai-chat/request-fields.ts";
import { answer, call } from "./asked.ts";

/** A legal value for every field there is; what it leaves out of the table does not compile. */
export const legal: Record<keyof typeof requestFields, unknown> = {
  model: "massgen",
  messages: [
    { role: "system", content: [{ type: "text", text: "s" }] },
    { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } }] },
    { role: "assistant", content: null, refusal: null, tool_calls: [call("c1"), call("c2", "g", "{")] },
    answer("c2"),
    answer("c1", [{ type: "text", text: "x" }]),
    { role: "assistant", content: [{ type: "refusal", refusal: "no" }], reasoning_content: "t" },
    { role: "developer", content: "d", name: "n" },
    { role: "user", content: "u" },
  ],
  stream: false,
  stream_options: { include_usage: true, include_obfuscation: false },
  tools: [
    { type: "function", function: { name: "f", description: "d", parameters: { type: "object" }, strict: true } },
    { type: "function", function: { name: "g" } },
  ],
  tool_choice: {
    type: "allowed_tools",
    allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "g" } }] },
  },
  parallel_tool_calls: true,
  response_format: {
    type: "json_schema",
    json_schema: { name: "n", description: "d", strict: true, schema: { type: "object" } },
  },
  max_completion_tokens: 0,
  max_tokens: 0,
  temperature: 1,
  top_p: 1,
  frequency_penalty: -2,
  presence_penalty: -2,
  stop: ["a", "b"],
  seed: -9007199254740991,
  reasoning_effort: "none",
  user: "user-1234",
  safety_identifier: "s",
  metadata: { foo: "string" },
  store: true,
  service_tier: "auto",
  prompt_cache_key: "k",
  prompt_cache_options: { mode: "implicit", ttl: "30m" },
  prompt_cache_retention: "in_memory",
  prediction: { type: "content", content: "string" },
  verbosity: "low",
  n: 1,
  logprobs: false,
  top_logprobs: 0,
  logit_bias: {},
  modalities: ["text"],
  audio: null,
  web_search_options: null,
  moderation: null,
  functions: [],
  function_call: "none",
};

/** What a value is replaced by: things that stand elsewhere in a request, and things that stand nowhere. */
const stranger: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, 0, -1, 1.5, 1e300, "", [], {}, [[]], [null], { type: "function" }),
  fc.constantFrom("user", "assistant", "tool", "function", "vote", "c1", "c2", "required", "custom", "text", "auto"),
  fc.constantFrom<unknown>(...Object.values(legal)),
  fc.jsonValue({ maxDepth: 3 }),
);

type Place = readonly (string | number)[];

function places(value: unknown, path: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, entry]) =>
    places(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

const everywhere = places(legal).filter((path) => path.length > 0);

/** `key` is only looked for: a mutation before may have taken it away. */
function mutate(value: unknown, [key, ...rest]: Place, change: "delete" | "repeat" | "replace", by: unknown): unknown {
  if (typeof value !== "object" || value === null || key === undefined) return value;
  if (Array.isArray(value)) {
    const at = Number(key);
    if (rest.length > 0) return value.map((entry, index) => (index === at ? mutate(entry, rest, change, by) : entry));
    const instead = { delete: [], repeat: [value[at], value[at]], replace: [by] }[change] as unknown[];
    return value.toSpliced(at, 1, ...instead);
  }
  const entries = { ...value } as Record<string, unknown>;
  if (rest.length > 0) entries[key] = mutate(entries[key], rest, change, by);
  else if (change === "delete") delete entries[key];
  else entries[key] = change === "repeat" ? [entries[key], entries[key]] : by;
  return entries;
}

/** A change of a legal request. */
const mutation = fc.tuple(
  fc.constantFrom(...everywhere),
  fc.constantFrom("delete" as const, "repeat" as const, "replace" as const),
  stranger,
);

/** A legal request after one to three changes. */
export const mutated: fc.Arbitrary<unknown> = fc
  .array(mutation, { minLength: 1, maxLength: 3 })
  .map((mutations) => mutations.reduce<unknown>((value, [path, change, by]) => mutate(value, path, change, by), legal));
