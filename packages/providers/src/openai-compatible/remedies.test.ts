import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest, Message, Sampling } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

// Refusals as services word them, each played to the end: the answer comes, the next request of the kind is right at
// once, and one of another kind is sent as it was.

const bed = testBed();
type Body = Exchange["body"];

const user: Message = { role: "user", content: "Hello" };
const system: Message = { role: "system", content: "Be brief." };
const called: Message[] = [
  { role: "assistant", content: "", toolCalls: [{ id: "abcdefghi", name: "look", arguments: "{}" }] },
  { role: "tool", toolCallId: "abcdefghi", content: "5 C" },
];
/** A call that carries fields of another service. */
const carrying = (fields: object, functionFields: object = {}): Message[] => {
  const opaque = { provider: "client", fields, functionFields };
  return [
    { role: "assistant", content: "", toolCalls: [{ id: "abcdefghi", name: "look", arguments: "{}", opaque }] },
    { role: "tool", toolCallId: "abcdefghi", content: "5 C" },
  ];
};
const tools = [{ name: "look" }];
const json = { type: "json-object" } as const;
const schema = { type: "json-schema", name: "n", schema: { type: "object" }, strict: true } as const;
const otherSchema = { ...schema, schema: { type: "object", properties: {} } } as const;

const ask = (more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [user], ...more });
const cached = (more: Partial<ChatRequest> = {}): ChatRequest => ask({ prefix: { key: "key", added: 0 }, ...more });
const sampled = (sampling: Sampling): ChatRequest => ask({ sampling });
const rolesOf = (body: Body): string => (body["messages"] as { role: string }[]).map(({ role }) => role).join(" ");
const formatOf = (body: Body): string | undefined => (body["response_format"] as { type: string } | undefined)?.type;
/** The fields of the first tool call, but for OpenAI's own. */
const carriedIn = (body: Body): unknown => {
  const [call] = (body["messages"] as { tool_calls?: object[] }[]).flatMap((turn) => turn.tool_calls ?? []);
  const { function: called = {}, ...entry } = (call ?? {}) as { function?: object };
  const fields = Object.entries({ ...entry, ...called });
  return Object.fromEntries(fields.filter(([name]) => !["id", "type", "name", "arguments"].includes(name)));
};
const bad = (message: string, more: object = {}): object => ({
  error: { message, type: "invalid_request_error", ...more },
});

interface Lesson {
  readonly name: string;
  readonly type?: string;
  readonly status?: number;
  readonly refuses: (body: Body) => boolean;
  readonly says: object;
  readonly request: ChatRequest;
  /** What is to be seen of a body. */
  readonly shows: (body: Body) => unknown;
  /** Of the requests that the first call takes; the last is what the second call sends, alone. */
  readonly seen: readonly unknown[];
  /** Another kind of request, and what is to be seen of its first body. */
  readonly elsewhere: readonly [ChatRequest, unknown];
  readonly dropped?: readonly string[];
  /** The refusal names nothing: what helped is tried first from then on, and remembered when it has helped again. */
  readonly guessed?: true;
}

const lessons: readonly Lesson[] = [
  {
    name: "xAI's camel case",
    type: "grok",
    refuses: (body) => "presence_penalty" in body,
    says: {
      code: "Client specified an invalid argument",
      error: "Argument not supported on this model: presencePenalty",
    },
    request: sampled({ presencePenalty: 0.5, seed: 1 }),
    shows: (body) => [body["presence_penalty"], body["seed"]],
    seen: [
      [0.5, 1],
      [undefined, 1],
    ],
    elsewhere: [sampled({ frequencyPenalty: 0.5 }), [undefined, undefined]],
    dropped: ["presencePenalty"],
  },
  {
    name: "Ollama's word for an effort",
    type: "ollama",
    refuses: (body) => "reasoning_effort" in body,
    says: bad('"gemma3" does not support thinking'),
    request: sampled({ reasoningEffort: "high" }),
    shows: (body) => body["reasoning_effort"],
    seen: ["high", undefined],
    elsewhere: [sampled({ temperature: 1 }), undefined],
    dropped: ["reasoningEffort"],
  },
  {
    name: "an effort, beside tools only",
    refuses: (body) => "reasoning_effort" in body && "tools" in body,
    says: bad("Function tools with reasoning_effort are not supported for this model in /v1/chat/completions."),
    request: ask({ tools, sampling: { reasoningEffort: "high" } }),
    shows: (body) => body["reasoning_effort"],
    seen: ["high", undefined],
    elsewhere: [sampled({ reasoningEffort: "high" }), "high"],
    dropped: ["reasoningEffort"],
  },
  {
    name: "a field where it was refused, when nothing is said about where",
    refuses: (body) => "seed" in body && "tools" in body,
    says: bad("seed is not supported"),
    request: ask({ tools, sampling: { seed: 3 } }),
    shows: (body) => body["seed"],
    seen: [3, undefined],
    elsewhere: [sampled({ seed: 3 }), 3],
    dropped: ["seed"],
  },
  {
    name: "one effort, where others would do",
    refuses: (body) => body["reasoning_effort"] === "minimal",
    says: bad(
      "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'low', 'medium', and 'high'.",
      { param: "reasoning_effort", code: "unsupported_value" },
    ),
    request: sampled({ reasoningEffort: "minimal" }),
    shows: (body) => body["reasoning_effort"],
    seen: ["minimal", undefined],
    elsewhere: [sampled({ reasoningEffort: "high" }), "high"],
    dropped: ["reasoningEffort"],
  },
  {
    name: "two fields in one breath",
    refuses: (body) => "seed" in body || "presence_penalty" in body,
    says: bad("Unsupported parameters, among: presence_penalty, seed"),
    request: sampled({ seed: 3, presencePenalty: 1 }),
    shows: (body) => [body["presence_penalty"], body["seed"]],
    seen: [
      [1, 3],
      [undefined, 3],
      [1, undefined],
      [undefined, undefined],
    ],
    elsewhere: [sampled({ temperature: 1 }), [undefined, undefined]],
    dropped: ["seed", "presencePenalty"],
  },
  {
    name: "one temperature",
    type: "moonshot",
    refuses: (body) => body["temperature"] !== 1,
    says: bad("invalid temperature: only 1 is allowed for this model"),
    request: sampled({ temperature: 0.2 }),
    shows: (body) => body["temperature"],
    seen: [0.2, undefined, 1],
    elsewhere: [sampled({ topP: 0.5 }), 1],
    dropped: ["temperature"],
  },
  {
    name: "temperatures up to 1",
    refuses: (body) => Number(body["temperature"]) > 1,
    says: bad("temperature must be between 0 and 1"),
    request: sampled({ temperature: 1.7 }),
    shows: (body) => body["temperature"],
    seen: [1.7, 1],
    elsewhere: [sampled({ temperature: 0.3 }), 0.3],
    dropped: ["temperature"],
  },
  {
    name: "four stop sequences",
    refuses: (body) => (body["stop"] as string[]).length > 4,
    says: bad("Invalid 'stop': array too long. Expected an array with maximum length 4.", { param: "stop" }),
    request: sampled({ stop: ["a", "b", "c", "d", "e"] }),
    shows: (body) => (body["stop"] as string[]).length,
    seen: [5, 4],
    elsewhere: [sampled({ stop: ["x"] }), 1],
    dropped: ["stop"],
  },
  ...[
    ["Groq", "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens`", 8192],
    [
      "OpenAI",
      "max_tokens is too large: 32000. This model supports at most 16384 completion tokens, whereas you provided 32000.",
      16384,
    ],
    ["DeepSeek", "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192],
    ["Qwen", "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]", 8192],
    [
      "Bedrock",
      "The maximum tokens you requested exceeds the model limit of 4096. Try again with a lower value.",
      4096,
    ],
    ["a list of thousands", "max_tokens may be at most 8,192", 8192],
    ["an open end", "maxTokens must be less than 4096", 4095],
    ["a range with an open end", "max_tokens: the supported range is from 1 (inclusive) to 8193 (exclusive)", 8192],
  ].map(([who, message, most]): Lesson => ({
    name: `a limit of output, as ${who} says it`,
    type: "chatcompletion",
    refuses: (body) => Number(body["max_tokens"]) > Number(most),
    says: bad(String(message)),
    request: sampled({ maxOutputTokens: 32_000 }),
    shows: (body) => body["max_tokens"],
    seen: [32_000, most],
    elsewhere: [sampled({ maxOutputTokens: 100 }), 100],
  })),
  {
    name: "a limit of output without a number",
    type: "chatcompletion",
    refuses: (body) => "max_tokens" in body && Number(body["max_tokens"]) > 4096,
    says: bad("max_tokens is too large"),
    request: sampled({ maxOutputTokens: 32_000 }),
    shows: (body) => body["max_tokens"],
    seen: [32_000, undefined],
    elsewhere: [ask(), undefined],
  },
  {
    name: "another word for a forced choice",
    type: "chatcompletion",
    refuses: (body) => body["tool_choice"] === "required",
    says: bad("tool_choice: Input should be 'auto', 'none' or 'any'"),
    request: ask({ tools, toolChoice: "required" }),
    shows: (body) => body["tool_choice"],
    seen: ["required", "any"],
    elsewhere: [ask({ tools }), "auto"],
  },
  {
    name: "a named choice as the only tool",
    refuses: (body) => typeof body["tool_choice"] === "object",
    says: bad("Invalid tool_choice type: 'object'. Supported string values: none, auto, required"),
    request: ask({ tools: [...tools, { name: "other" }], toolChoice: { name: "look" } }),
    shows: (body) => [body["tool_choice"], (body["tools"] as unknown[]).length],
    seen: [
      [{ type: "function", function: { name: "look" } }, 2],
      ["required", 1],
    ],
    elsewhere: [ask({ tools: [...tools, { name: "other" }], toolChoice: "required" }), ["required", 2]],
  },
  {
    name: "DeepSeek's formats",
    type: "deepseek",
    refuses: (body) => formatOf(body) === "json_schema",
    says: bad("This response_format type is unavailable now"),
    request: ask({ responseFormat: schema }),
    shows: formatOf,
    seen: ["json_schema", "json_object"],
    elsewhere: [ask({ responseFormat: json }), "json_object"],
  },
  {
    name: "LM Studio's formats",
    type: "lmstudio",
    refuses: (body) => formatOf(body) === "json_object",
    says: { error: "'response_format.type' must be 'json_schema' or 'text'" },
    request: ask({ responseFormat: json }),
    shows: formatOf,
    seen: ["json_object", undefined],
    elsewhere: [ask(), undefined],
  },
  {
    name: "Groq's JSON, beside tools only",
    type: "groq",
    refuses: (body) => "response_format" in body && "tools" in body,
    says: bad("json mode cannot be combined with tool/function calling", { param: "response_format" }),
    request: ask({ responseFormat: json, tools }),
    shows: formatOf,
    seen: ["json_object", undefined],
    elsewhere: [ask({ responseFormat: json }), "json_object"],
  },
  {
    name: "one schema, and no other",
    refuses: (body) => formatOf(body) === "json_schema" && JSON.stringify(body).includes('"schema":{"type":"object"}'),
    says: bad(
      "Invalid schema for response_format 'n': 'additionalProperties' is required to be supplied and to be false.",
    ),
    request: ask({ responseFormat: schema }),
    shows: formatOf,
    seen: ["json_schema", "json_object"],
    elsewhere: [ask({ responseFormat: otherSchema }), "json_schema"],
  },
  {
    name: "no system role",
    refuses: (body) => rolesOf(body).includes("system"),
    says: bad("Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
      param: "messages[0].role",
    }),
    request: ask({ messages: [system, user] }),
    shows: (body) => body["messages"],
    seen: [[system, user], [{ role: "user", content: "Be brief.\n\nHello" }]],
    elsewhere: [ask(), [user]],
  },
  {
    name: "no system role, as a template raises it",
    type: "llamacpp",
    status: 500,
    refuses: (body) => rolesOf(body).includes("system"),
    says: { error: { code: 500, message: "Jinja Exception: System role not supported", type: "server_error" } },
    request: ask({ messages: [system, user] }),
    shows: rolesOf,
    seen: ["system user", "user"],
    elsewhere: [ask(), "user"],
  },
  {
    name: "systems first",
    type: "chatcompletion",
    refuses: (body) => rolesOf(body) === "user system",
    says: bad("System message must be at the beginning."),
    request: ask({ messages: [user, { role: "system", content: "late" }] }),
    shows: rolesOf,
    seen: ["user system", "user"],
    elsewhere: [ask({ messages: [system, user] }), "system user"],
  },
  {
    name: "Mistral's order behind tools",
    type: "mistral",
    refuses: (body) => rolesOf(body).includes("tool user"),
    says: {
      object: "error",
      message: "Unexpected role 'user' after role 'tool'",
      type: "invalid_request_message_order",
      code: "3230",
    },
    request: ask({ messages: [user, ...called, user], tools }),
    shows: rolesOf,
    seen: ["user assistant tool user", "user assistant tool assistant user"],
    elsewhere: [ask({ messages: [user, ...called], tools }), "user assistant tool"],
  },
  {
    name: "roles that alternate",
    type: "openrouter",
    refuses: (body) => /user user|assistant assistant/.test(rolesOf(body)),
    says: bad("Conversation roles must alternate user/assistant/user/assistant/..."),
    request: ask({ messages: [system, user, user] }),
    shows: rolesOf,
    seen: ["system user user", "system user"],
    elsewhere: [ask({ messages: [system, user] }), "system user"],
  },
  {
    name: "the user last",
    refuses: (body) => rolesOf(body).endsWith("assistant"),
    says: bad("This model does not support assistant message prefill. The conversation must end with a user message."),
    request: ask({ messages: [user, { role: "assistant", content: "Once" }] }),
    shows: rolesOf,
    seen: ["user assistant", "user assistant user"],
    elsewhere: [ask(), "user"],
  },
  {
    name: "tool turns without tools",
    type: "chatcompletion",
    refuses: (body) => rolesOf(body).includes("tool") && !("tools" in body),
    says: bad("Bedrock doesn't support tool calling without `tools=` param specified. Pass `tools=` param", {
      type: "None",
    }),
    request: ask({ messages: [user, ...called] }),
    shows: rolesOf,
    seen: ["user assistant tool", "user assistant user"],
    elsewhere: [ask({ messages: [user, ...called], tools }), "user assistant tool"],
  },
  {
    name: "a field of tool calls, and no other field of them",
    refuses: (body) => JSON.stringify(body["messages"]).includes("extra_content"),
    says: bad(
      "'messages.2' : for 'role:assistant' the following must be satisfied[('messages.2.tool_calls.0' : property 'extra_content' is unsupported)]",
    ),
    request: ask({ messages: [user, ...carrying({ extra_content: { a: 1 }, note: 1 }), user], tools }),
    shows: carriedIn,
    seen: [{ extra_content: { a: 1 }, note: 1 }, { note: 1 }],
    elsewhere: [
      ask({ messages: [user, ...carrying({ signature: "s" }, { note: 2 }), user], tools }),
      { signature: "s", note: 2 },
    ],
  },
  {
    name: "a field of tool calls, named by what is in it",
    refuses: (body) => JSON.stringify(body["messages"]).includes("thought_signature"),
    says: bad("Unknown name: thought_signature"),
    request: ask({ messages: [user, ...carrying({ extra_content: { google: { thought_signature: "s" } }, note: 1 })] }),
    shows: carriedIn,
    seen: [{ extra_content: { google: { thought_signature: "s" } }, note: 1 }, { note: 1 }],
    elsewhere: [ask({ messages: [user, ...carrying({ note: 1 })] }), { note: 1 }],
  },
  {
    name: "fields of tool calls that are not named",
    status: 422,
    refuses: (body) => /"(?:hint|note)"/.test(JSON.stringify(body["messages"])),
    says: {
      detail: [
        {
          type: "extra_forbidden",
          loc: ["body", "messages", 1, "tool_calls", 0],
          msg: "Extra inputs are not permitted",
        },
      ],
    },
    request: ask({ messages: [user, ...carrying({ note: 1 }, { hint: 1 })] }),
    shows: carriedIn,
    seen: [{ note: 1, hint: 1 }, {}],
    elsewhere: [ask({ messages: [user, ...carrying({ signature: "s" })] }), { signature: "s" }],
  },
  {
    name: "Azure's word for a cache key, which other models behind it do not know",
    type: "azure_openai",
    refuses: (body) => "prompt_cache_key" in body,
    says: bad("Unrecognized request argument supplied: prompt_cache_key"),
    request: cached(),
    shows: (body) => body["prompt_cache_key"],
    seen: ["key", undefined],
    elsewhere: [cached({ tools }), undefined],
  },
  {
    name: "a cache key, where nothing is said",
    refuses: (body) => "prompt_cache_key" in body,
    says: bad("Bad Request"),
    request: cached({ sampling: { temperature: 1 } }),
    shows: (body) => [body["prompt_cache_key"], body["temperature"]],
    seen: [
      ["key", 1],
      [undefined, 1],
    ],
    elsewhere: [cached({ sampling: { temperature: 1 } }), [undefined, 1]],
    guessed: true,
  },
  {
    name: "no streams",
    refuses: (body) => body["stream"] === true,
    says: bad("Your organization must be verified to stream this model.", {
      param: "stream",
      code: "unsupported_value",
    }),
    request: ask(),
    shows: (body) => [body["stream"], "stream_options" in body],
    seen: [
      [true, true],
      [false, false],
    ],
    elsewhere: [ask({ tools }), [false, false]],
  },
  {
    name: "no streams beside tools",
    refuses: (body) => body["stream"] === true && "tools" in body,
    says: bad("Streaming is not supported with tools."),
    request: ask({ tools }),
    shows: (body) => body["stream"],
    seen: [true, false],
    elsewhere: [ask(), true],
  },
  {
    name: "a refusal inside of a 200",
    status: 200,
    refuses: (body) => "stream_options" in body,
    says: bad("Unknown parameter: 'stream_options'.", { param: "stream_options" }),
    request: ask(),
    shows: (body) => body["stream_options"],
    seen: [{ include_usage: true }, undefined],
    elsewhere: [ask({ tools }), undefined],
  },
  {
    name: "messages that say nothing",
    refuses: (body) => (body["messages"] as { content: unknown }[]).some(({ content }) => content === ""),
    says: bad("messages: text content blocks must be non-empty"),
    request: ask({ messages: [user, { role: "assistant", content: "" }, user] }),
    shows: rolesOf,
    seen: ["user assistant user", "user user"],
    elsewhere: [ask({ messages: [user, { role: "assistant", content: "Hi" }, user] }), "user assistant user"],
  },
  {
    name: "no text beside tool calls",
    refuses: (body) => (body["messages"] as { content: unknown }[]).some(({ content }) => content === null),
    says: bad("Invalid value for 'content': expected a string, got null.", { param: "messages.[1].content" }),
    request: ask({ messages: [user, ...called], tools }),
    shows: (body) => (body["messages"] as { content: unknown }[]).map(({ content }) => content),
    seen: [
      ["Hello", null, "5 C"],
      ["Hello", "", "5 C"],
    ],
    elsewhere: [ask(), ["Hello"]],
  },
  {
    name: "a guess, where nothing is said",
    refuses: (body) => "presence_penalty" in body,
    says: bad("Bad Request"),
    request: sampled({ presencePenalty: 1, temperature: 1 }),
    shows: (body) => [body["presence_penalty"], body["temperature"]],
    seen: [
      [1, 1],
      [undefined, 1],
    ],
    elsewhere: [sampled({ temperature: 1 }), [undefined, 1]],
    dropped: ["presencePenalty"],
    guessed: true,
  },
];

async function modelAgainst({ type = "openai", status = 400, refuses, says }: Lesson): Promise<ChatModel> {
  bed.upstream = await startUpstream(({ body, response }) => {
    if (refuses(body)) return sendJson(response, status, says);
    const choice = { index: 0, finish_reason: "stop" };
    const call = { index: 0, id: "c", type: "function", function: { name: "look", arguments: "{}" } };
    const forced = "tools" in body && body["tool_choice"] !== "auto";
    const answer = forced ? { content: "ok", tool_calls: [call] } : { content: "ok" };
    return body["stream"] === true
      ? sendEvents(response, frames({ choices: [{ ...choice, delta: answer }] }, "[DONE]"))
      : sendJson(response, 200, { choices: [{ ...choice, message: answer }] });
  });
  return bed.registry.createModel({
    type,
    model: "m",
    apiKey: "k-12345",
    baseUrl: `${bed.upstream.url}/v1`,
    options: {},
  });
}

describe.each(lessons)("$name", (lesson) => {
  test("learned, remembered, and not in use elsewhere", async () => {
    const { request, shows, seen, elsewhere, dropped, guessed } = lesson;
    const model = await modelAgainst(lesson);
    const again = guessed ? [seen[0], seen.at(-1)] : [];
    for (let call = 0; call < (guessed ? 3 : 2); call += 1) {
      const { text, events, error } = await collect(model.stream(request));
      expect([text, error?.message]).toEqual(["ok", undefined]);
      expect(events.at(-1)).toMatchObject({ type: "finish", ...(dropped && { droppedParameters: dropped }) });
      if (dropped === undefined) expect(events.at(-1)).not.toHaveProperty("droppedParameters");
    }
    const bodies = bed.upstream?.exchanges.map(({ body }) => body) ?? [];
    expect(bodies.map(shows)).toEqual([...seen, ...again, seen.at(-1)]);
    const [other, expected] = elsewhere;
    expect((await collect(model.stream(other))).text).toBe("ok");
    expect(bed.upstream?.exchanges.slice(bodies.length).map(({ body }) => shows(body))).toEqual([expected]);
  });
});

test("what did not help is not remembered, and the first refusal is told", async () => {
  const model = await modelAgainst({
    ...(lessons[0] as Lesson),
    refuses: (body) => "seed" in body,
    says: bad("seed is not supported: nothing is"),
  });
  const upstream = bed.upstream;
  expect((await collect(model.stream(sampled({ seed: 1, temperature: 0.5 })))).text).toBe("ok");
  const before = upstream?.exchanges.length ?? 0;
  const broken = await modelAgainst({
    ...(lessons[0] as Lesson),
    refuses: () => true,
    says: bad("temperature is not supported"),
  });
  await upstream?.close();
  expect(before).toBe(2);
  for (let call = 0; call < 2; call += 1) {
    const { error } = await collect(broken.stream(sampled({ temperature: 0.5 })));
    expect(error?.message).toBe("grok m: the request was refused: temperature is not supported");
  }
  expect(bed.upstream?.exchanges.map(({ body }) => body["temperature"])).toEqual([0.5, undefined, 0.5]);
});

test.each<[number, object]>([
  [429, bad("temperature: rate limit reached")],
  [401, bad("temperature is not supported")],
  [403, bad("temperature is not supported")],
  [400, bad("temperature is not supported", { code: "content_filter" })],
  [400, bad("temperature is not supported", { code: "context_length_exceeded" })],
  [502, bad("temperature is not supported")],
  [503, bad("temperature is not supported")],
  [504, bad("temperature is not supported")],
])("HTTP %i %j teaches nothing", async (status, says) => {
  const model = await modelAgainst({ ...(lessons[0] as Lesson), status, refuses: () => true, says });
  for (let call = 0; call < 2; call += 1) await collect(model.stream(sampled({ temperature: 0.5 })));
  expect(bed.upstream?.exchanges.map(({ body }) => body["temperature"])).toEqual([0.5, 0.5]);
});

test("a failure of the service's own teaches when it comes back the same for the same request", async () => {
  const model = await modelAgainst({
    ...(lessons[0] as Lesson),
    status: 500,
    refuses: (body) => "parallel_tool_calls" in body,
    says: bad("Internal error 4711"),
  });
  const request = ask({ tools, parallelToolCalls: false });
  expect((await collect(model.stream(request))).error?.code).toBe("upstream-failed");
  for (let call = 0; call < 3; call += 1) expect((await collect(model.stream(request))).text).toBe("ok");
  const sent = bed.upstream?.exchanges.map(({ body }) => "parallel_tool_calls" in body);
  expect(sent).toEqual([true, true, false, true, false, false]);
});

test("a limit for question and answer together is one of this question, and of no other", async () => {
  const model = await modelAgainst({
    ...(lessons[0] as Lesson),
    type: "together",
    refuses: (body) => Number(body["max_tokens"]) > 3997,
    says: bad(
      "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 100 `inputs` tokens and 32000 `max_new_tokens`",
    ),
  });
  expect((await collect(model.stream(sampled({ maxOutputTokens: 32_000 })))).text).toBe("ok");
  expect((await collect(model.stream(sampled({ maxOutputTokens: 3990 })))).text).toBe("ok");
  expect(bed.upstream?.exchanges.map(({ body }) => body["max_tokens"])).toEqual([32_000, 3997, 3990]);
});

test("an answer that comes whole has the time of the whole call", async () => {
  bed.upstream = await startUpstream(async ({ body, response }) => {
    if (body["stream"] === true) return sendJson(response, 400, bad("stream is not supported"));
    await new Promise((resolve) => setTimeout(resolve, 120));
    return sendJson(response, 200, { choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }] });
  });
  const baseUrl = `${bed.upstream.url}/v1`;
  const model = bed.registry.createModel({ type: "openai", model: "m", apiKey: "k-12345", baseUrl, options: {} });
  const limits = { firstTokenMs: 60, idleMs: 60 };
  // The first of both may be refused for its time on a slow machine: it streams.
  await collect(model.stream(ask()));
  expect((await collect(model.stream(ask({ limits })))).text).toBe("ok");
  const cut = await collect(model.stream(ask({ limits: { ...limits, totalMs: 30 } })));
  expect(cut.error?.code).toBe("timeout");
});

test("calls side by side learn together", async () => {
  const model = await modelAgainst({ ...(lessons[0] as Lesson), refuses: (body) => "seed" in body });
  const request = sampled({ seed: 1 });
  const both = await Promise.all([1, 2, 3].map(() => collect(model.stream(request))));
  expect(both.map(({ text }) => text)).toEqual(["ok", "ok", "ok"]);
});
