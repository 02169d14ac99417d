import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { knownRefusals } from "./lessons.ts";
import { chatBody, type BodyMode, type BodyOptions } from "./request.ts";
import { vendors } from "./vendors.ts";
import type { Vendor } from "./vendor.ts";

const plain: BodyOptions = { sampling: {}, fields: {}, extraBody: {} };
const messages: Message[] = [{ role: "user", content: "?" }];
const tools = [
  { name: "vote", description: "d", parameters: { type: "object" }, strict: true },
  { name: "new_answer" },
];

function vendor(type: string): Vendor {
  const found = vendors.find((one) => one.type === type);
  if (found === undefined) throw new Error(type);
  return found;
}
function bodyFor(
  type: string,
  request: Partial<ChatRequest>,
  options = plain,
  mode: BodyMode = { withoutThinking: false },
): Readonly<Record<string, unknown>> {
  const at = vendor(type);
  const { own, finish } = chatBody("m", at, { messages, ...request }, options, mode);
  return finish(knownRefusals(at).reduce((one, { remedy }) => remedy.body?.(one) ?? one, own)).body;
}

test.each(["perplexity", "lmstudio", "vllm", "sglang", "llamacpp", "chatcompletion"])(
  "%s gets turns that alternate, a system message of its own and a ballot behind the question included",
  (type) => {
    const conversation: Message[] = [
      { role: "system", content: "agent" },
      { role: "system", content: "client" },
      { role: "user", content: "question" },
      { role: "user", content: "ballot" },
    ];
    expect(bodyFor(type, { messages: conversation })["messages"]).toEqual([
      { role: "system", content: "agent\n\nclient" },
      { role: "user", content: "question\n\nballot" },
    ]);
    expect(bodyFor("openai", { messages: conversation })["messages"]).toHaveLength(4);
  },
);

test("a key for the service's cache, where it is known to take one; a configured one wins", () => {
  const prefix = { key: "key", added: 0 };
  const taking = vendors.filter(({ type }) => "prompt_cache_key" in bodyFor(type, { prefix })).map(({ type }) => type);
  expect(taking).toEqual(["openai", "azure_openai", "mistral", "moonshot"]);
  expect(bodyFor("openai", { prefix })["prompt_cache_key"]).toBe("key");
  expect(bodyFor("openai", {})).not.toHaveProperty("prompt_cache_key");
  const configured = { ...plain, fields: { prompt_cache_key: "mine" } };
  expect(bodyFor("openai", { prefix }, configured)["prompt_cache_key"]).toBe("mine");
});

test("messages of every kind", () => {
  const conversation: Message[] = [
    { role: "system", content: "s" },
    {
      role: "user",
      content: [
        { type: "text", text: "t" },
        { type: "image", url: "data:image/png;base64,AA", detail: "low" },
      ],
    },
    { role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}", opaque: { secret: 1 } }] },
    { role: "tool", toolCallId: "c", name: "f", content: "r" },
    { role: "assistant", content: "a" },
  ];
  expect(bodyFor("openai", { messages: conversation })["messages"]).toEqual([
    { role: "system", content: "s" },
    {
      role: "user",
      content: [
        { type: "text", text: "t" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AA", detail: "low" } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c", content: "r" },
    { role: "assistant", content: "a" },
  ]);
});

describe("tools", () => {
  test("as they stand, and never parallel_tool_calls without them", () => {
    expect(bodyFor("openai", { tools, parallelToolCalls: false })).toMatchObject({
      tool_choice: "auto",
      parallel_tool_calls: false,
      tools: [
        {
          type: "function",
          function: { name: "vote", description: "d", parameters: { type: "object" }, strict: true },
        },
        { type: "function", function: { name: "new_answer", parameters: { type: "object", properties: {} } } },
      ],
    });
    expect(bodyFor("openai", { parallelToolCalls: false, toolChoice: "required" })).not.toHaveProperty(
      "parallel_tool_calls",
    );
    expect(bodyFor("openai", { toolChoice: "required" })).not.toHaveProperty("tool_choice");
    expect(bodyFor("cerebras", { tools, parallelToolCalls: false })).not.toHaveProperty("parallel_tool_calls");
  });
  test.each<[string, ChatRequest["toolChoice"], unknown, number]>([
    ["openai", "required", "required", 2],
    ["openai", "none", "none", 2],
    ["openai", { name: "vote" }, { type: "function", function: { name: "vote" } }, 2],
    ["mistral", "required", "any", 2],
    ["mistral", { name: "vote" }, "any", 1],
    ["lmstudio", { name: "vote" }, "required", 1],
  ])("%s, %j", (type, toolChoice, choice, offered) => {
    const body = bodyFor(type, { tools, ...(toolChoice !== undefined && { toolChoice }) });
    expect(body["tool_choice"]).toEqual(choice);
    expect(body["tools"]).toHaveLength(offered);
  });
});

test("sampling: the configuration wins; extra_body comes last", () => {
  const options = { sampling: { temperature: 0 }, fields: { top_k: 1, x: 1 }, extraBody: { x: 2 } };
  const sampling = { temperature: 1, topP: 0.5, maxOutputTokens: 9, stop: ["a"], seed: 1, reasoningEffort: "low" };
  const body = bodyFor("deepseek", { sampling }, options);
  expect(body).toMatchObject({
    temperature: 0,
    top_p: 0.5,
    max_tokens: 9,
    stop: ["a"],
    seed: 1,
    reasoning_effort: "low",
    top_k: 1,
    x: 2,
  });
  expect(bodyFor("openai", { sampling })).toMatchObject({ max_completion_tokens: 9 });
  expect(bodyFor("mistral", {})).not.toHaveProperty("stream_options");
});

test("response formats", () => {
  const schema = { type: "object" };
  expect(bodyFor("openai", { responseFormat: { type: "json-object" } })["response_format"]).toEqual({
    type: "json_object",
  });
  expect(
    bodyFor("openai", { responseFormat: { type: "json-schema", name: "n", schema, strict: true } })["response_format"],
  ).toEqual({
    type: "json_schema",
    json_schema: { name: "n", schema, strict: true },
  });
  expect(bodyFor("openai", { responseFormat: { type: "text" } })).not.toHaveProperty("response_format");
});

test("a vendor without tools gets none", () => {
  const body = bodyFor("perplexity", { tools, toolChoice: "auto", parallelToolCalls: false });
  expect(Object.keys(body)).not.toContainEqual(expect.stringMatching(/tool/));
});

describe("without thinking", () => {
  const off: BodyMode = { withoutThinking: true, rung: "without-thinking" };
  const disabled = { thinking: { type: "disabled" } };
  test.each<[string, object]>([
    ["deepseek", disabled],
    ["moonshot", disabled],
    ["zai", disabled],
    ["qwen", { enable_thinking: false }],
    ["vllm", { chat_template_kwargs: { enable_thinking: false, thinking: false, mine: 1 } }],
    ["nvidia", { chat_template_kwargs: { enable_thinking: false, thinking: false, mine: 1 } }],
  ])("%s", (type, fields) => {
    const options = { ...plain, extraBody: { thinking: { type: "enabled" }, chat_template_kwargs: { mine: 1 } } };
    expect(bodyFor(type, {}, options, off)).toMatchObject(fields);
    expect(bodyFor(type, {}, plain)).not.toMatchObject(fields);
  });
  test("the effort goes as well, and is reported", () => {
    const request = { messages, sampling: { reasoningEffort: "high" } };
    const at = vendor("moonshot");
    const { own, finish } = chatBody("m", at, request, plain, off);
    const { body, dropped } = finish(own);
    expect(body).not.toHaveProperty("reasoning_effort");
    expect(dropped).toEqual(["reasoningEffort"]);
  });
  test("a vendor that cannot stays as it is", () => {
    const sampling = { reasoningEffort: "high" };
    expect(bodyFor("openai", { sampling }, plain, off)).toEqual(bodyFor("openai", { sampling }));
  });
});

test("OpenRouter is told to find hosts that take every parameter, while a call is forced", () => {
  const options = { ...plain, fields: { provider: { order: ["a"] } } };
  const provider = (rung: BodyMode["rung"]): unknown =>
    bodyFor("openrouter", { tools }, options, { withoutThinking: false, ...(rung && { rung }) })["provider"];
  for (const rung of ["forced", "schema"] as const) {
    expect(provider(rung)).toEqual({ order: ["a"], require_parameters: true });
  }
  for (const rung of [undefined, "instructed", "text"] as const) expect(provider(rung)).toEqual({ order: ["a"] });
});
