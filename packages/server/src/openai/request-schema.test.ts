import { describe, expect, test } from "vitest";
import { ApiError, type Problem } from "./errors.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

const messages = [{ role: "user", content: "Hi" }];

function run(body: object) {
  return toRun(parseRequest({ messages, ...body }));
}

function problem(body: unknown): Problem {
  try {
    parseRequest(body);
  } catch (error) {
    if (error instanceof ApiError) return error.problem;
    throw error;
  }
  throw new Error("The request passed.");
}

test("sampling is passed on under its neutral names", () => {
  const body = {
    temperature: 0.5,
    top_p: 0.9,
    max_completion_tokens: 9,
    stop: "x",
    seed: -9007199254740991,
    frequency_penalty: -2,
    presence_penalty: 2,
    reasoning_effort: "low",
  };
  expect(run(body).sampling).toEqual({
    temperature: 0.5,
    topP: 0.9,
    maxOutputTokens: 9,
    stop: ["x"],
    seed: -9007199254740991,
    frequencyPenalty: -2,
    presencePenalty: 2,
    reasoningEffort: "low",
  });
  expect(run({})).not.toHaveProperty("sampling");
});

test("max_completion_tokens wins over max_tokens, and 0 counts as unset", () => {
  expect(run({ max_tokens: 5, max_completion_tokens: 7 }).sampling).toEqual({ maxOutputTokens: 7 });
  expect(run({ max_tokens: 5, max_completion_tokens: 0 }).sampling).toEqual({ maxOutputTokens: 5 });
  expect(run({ max_tokens: 0, max_completion_tokens: 0 })).not.toHaveProperty("sampling");
});

test("conversations: every role, strings and parts", () => {
  const conversation = [
    { role: "system", content: "s", name: "n" },
    {
      role: "user",
      content: [
        { type: "text", text: "a" },
        { type: "text", text: "b", prompt_cache_breakpoint: {} },
      ],
    },
    { role: "assistant", content: null, refusal: "no", reasoning_content: "ignored" },
    { role: "assistant", tool_calls: [], audio: null },
    { role: "assistant", content: [{ type: "refusal", refusal: "never" }] },
    { role: "developer", content: [{ type: "text", text: "d" }] },
    { role: "assistant", content: "" },
  ];
  expect(run({ messages: conversation }).messages).toEqual([
    { role: "system", content: "s" },
    { role: "user", content: "ab" },
    { role: "assistant", content: "no" },
    { role: "assistant", content: "" },
    { role: "assistant", content: "never" },
    { role: "system", content: "d" },
    { role: "assistant", content: "" },
  ]);
});

const nullable =
  "model stream stream_options max_completion_tokens max_tokens temperature top_p frequency_penalty presence_penalty stop seed " +
  "reasoning_effort user store service_tier safety_identifier prompt_cache_key prompt_cache_retention prompt_cache_options verbosity " +
  "metadata prediction parallel_tool_calls n logprobs top_logprobs logit_bias tools functions tool_choice function_call " +
  "response_format modalities audio web_search_options moderation";

test.each(nullable.split(" "))("%s: null is as good as absent", (field) => {
  expect(run({ [field]: null })).toEqual({ messages });
});

test("harmless values of what is not supported pass", () => {
  const harmless = {
    n: 1,
    logprobs: false,
    top_logprobs: 0,
    logit_bias: {},
    tools: [],
    functions: [],
    tool_choice: "auto",
    function_call: "none",
    response_format: { type: "text" },
    modalities: ["text"],
    parallel_tool_calls: true,
    user: "u",
    store: true,
    metadata: { a: "b" },
    prediction: { type: "content", content: "x" },
    stream_options: { include_usage: true, include_obfuscation: false },
    top_k: 5,
  };
  expect(run(harmless)).toEqual({ messages });
});

describe("not supported", () => {
  test.each<[object, string]>([
    [{ n: 2 }, "n"],
    [{ logprobs: true }, "logprobs"],
    [{ top_logprobs: 1 }, "top_logprobs"],
    [{ logit_bias: { "1": 5 } }, "logit_bias"],
    [{ tools: [{ type: "function" }] }, "tools"],
    [{ functions: [{ name: "f" }] }, "functions"],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ tool_choice: { type: "function" } }, "tool_choice"],
    [{ function_call: { name: "f" } }, "function_call"],
    [{ response_format: { type: "json_object" } }, "response_format"],
    [{ modalities: ["text", "audio"] }, "modalities"],
    [{ audio: { voice: "x" } }, "audio"],
    [{ web_search_options: {} }, "web_search_options"],
    [{ moderation: { model: "x" } }, "moderation"],
    [{ messages: [{ role: "tool", content: "x", tool_call_id: "1" }] }, "messages[0].role"],
    [{ messages: [{ role: "function", content: "x", name: "f" }] }, "messages[0].role"],
    [{ messages: [...messages, { role: "assistant", tool_calls: [{ id: "1" }] }] }, "messages[1].tool_calls"],
    [{ messages: [{ role: "assistant", function_call: { name: "f" } }] }, "messages[0].function_call"],
    [
      { messages: [{ role: "user", content: [{ type: "text", text: "" }, { type: "image_url" }] }] },
      "messages[0].content[1]",
    ],
    [{ messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, "messages[0].content[0]"],
    [{ messages: [{ role: "user", content: [{ type: "file" }] }] }, "messages[0].content[0]"],
  ])("%j names %s", (body, param) => {
    const found = problem({ messages, ...body });
    expect(found).toMatchObject({ status: 400, code: "unsupported_parameter", param });
    expect(found.message).toContain(`'${param}'`);
  });
});

describe("wrong", () => {
  test.each<[object, string, string]>([
    [{ messages: undefined }, "messages", "missing_required_parameter"],
    [{ messages: [] }, "messages", "invalid_value"],
    [{ messages: "Hi" }, "messages", "invalid_type"],
    [{ messages: ["Hi"] }, "messages[0]", "invalid_type"],
    [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role", "invalid_value"],
    [{ messages: [{ role: "user" }] }, "messages[0].content", "missing_required_parameter"],
    [{ messages: [{ role: "user", content: null }] }, "messages[0].content", "invalid_type"],
    [{ messages: [{ role: "user", content: 5 }] }, "messages[0].content", "invalid_type"],
    [{ messages: [{ role: "user", content: [] }] }, "messages[0].content", "invalid_value"],
    [{ messages: [{ role: "user", content: ["x"] }] }, "messages[0].content[0]", "invalid_type"],
    [{ messages: [{ role: "user", content: [{ type: "video" }] }] }, "messages[0].content[0]", "invalid_value"],
    [
      { messages: [{ role: "user", content: [{ type: "refusal", refusal: "" }] }] },
      "messages[0].content[0]",
      "invalid_value",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "text" }] }] },
      "messages[0].content[0].text",
      "missing_required_parameter",
    ],
    [{ model: 5 }, "model", "invalid_type"],
    [{ model: "x".repeat(257) }, "model", "invalid_value"],
    [{ stream: "true" }, "stream", "invalid_type"],
    [{ stream_options: { include_usage: 1 } }, "stream_options.include_usage", "invalid_type"],
    [{ temperature: 2.1 }, "temperature", "invalid_value"],
    [{ temperature: "1" }, "temperature", "invalid_type"],
    [{ top_p: 1.1 }, "top_p", "invalid_value"],
    [{ frequency_penalty: -2.1 }, "frequency_penalty", "invalid_value"],
    [{ presence_penalty: 2.1 }, "presence_penalty", "invalid_value"],
    [{ max_tokens: -1 }, "max_tokens", "invalid_value"],
    [{ max_completion_tokens: 1.5 }, "max_completion_tokens", "invalid_type"],
    [{ n: 0 }, "n", "invalid_value"],
    [{ n: 129 }, "n", "invalid_value"],
    [{ stop: ["a", "b", "c", "d", "e"] }, "stop", "invalid_value"],
    [{ stop: [] }, "stop", "invalid_value"],
    [{ seed: 1.5 }, "seed", "invalid_value"],
    [{ top_logprobs: 21 }, "top_logprobs", "invalid_value"],
    [{ reasoning_effort: "huge" }, "reasoning_effort", "invalid_value"],
    [{ response_format: { type: "xml" } }, "response_format.type", "invalid_value"],
    [{ response_format: "text" }, "response_format", "invalid_type"],
    [{ modalities: ["smell"] }, "modalities[0]", "invalid_value"],
    [{ safety_identifier: "x".repeat(65) }, "safety_identifier", "invalid_value"],
    [{ metadata: { a: 5 } }, "metadata.a", "invalid_type"],
    [{ metadata: { a: "x".repeat(513) } }, "metadata.a", "invalid_value"],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [index, ""])) },
      "metadata",
      "invalid_value",
    ],
  ])("%j", (body, param, code) => {
    expect(problem({ messages, ...body })).toMatchObject({ status: 400, param, code });
  });

  test("a key of any length does not come back whole", () => {
    expect(problem({ messages, metadata: { ["k".repeat(100_000)]: "v" } }).message.length).toBeLessThan(200);
  });

  test("the first problem is told, the others are counted", () => {
    expect(problem({ messages, temperature: 3, top_p: 3, n: 0 }).message).toBe(
      "'temperature' must be at most 2 (and 2 more problems).",
    );
  });

  test.each([[undefined], [null], [[]], ["x"], [5]])("a body that is no object: %j", (body) => {
    expect(problem(body)).toMatchObject({ status: 400, kind: "invalid-body" });
  });
});

test("keys of the object prototype are just keys", () => {
  const body: unknown = JSON.parse(
    '{"__proto__":{"stream":"x"},"constructor":1,"metadata":{"__proto__":"x"},"messages":[{"role":"user","content":"Hi","__proto__":{"a":1}}]}',
  );
  expect(toRun(parseRequest(body))).toEqual({ messages });
  expect({}).not.toHaveProperty("a");
});

test("huge and deep requests are answered", () => {
  const many = Array.from({ length: 100_000 }, () => ({ role: "user", content: 5 }));
  expect(problem({ messages: many }).message).toContain("(and 99999 more problems)");
  let deep: unknown = "x";
  for (let level = 0; level < 10_000; level += 1) deep = [deep];
  expect(problem({ messages: [{ role: "user", content: deep }] })).toMatchObject({ param: "messages[0].content[0]" });
});
