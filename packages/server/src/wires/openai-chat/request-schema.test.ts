import { describe, expect, test } from "vitest";
import { messages, problemOf as problem, runOf as run } from "../../../test/asked.ts";
import { requestFields } from "./request-fields.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

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

test("what clients of local servers send: no limit as -1, no stops, many of them, an effort left to the model", () => {
  expect(run({ max_tokens: -1, stop: [], reasoning_effort: "auto" })).not.toHaveProperty("sampling");
  expect(run({ max_tokens: 5, max_completion_tokens: -1 }).sampling).toEqual({ maxOutputTokens: 5 });
  const stop = ["a", "b", "c", "d", "e"];
  expect(run({ stop }).sampling).toEqual({ stop });
});

test("every effort is passed on", () => {
  for (const effort of ["none", "minimal", "low", "medium", "high", "xhigh", "max"]) {
    expect(run({ reasoning_effort: effort }).sampling).toEqual({ reasoningEffort: effort });
  }
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

test.each(Object.keys(requestFields).filter((field) => field !== "messages"))(
  "%s: null is as good as absent",
  (field) => {
    expect(run({ [field]: null })).toEqual({ messages });
  },
);

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
  expect(run(harmless)).toEqual({ messages, cacheKey: "u" });
});

describe("not supported", () => {
  test.each<[object, string]>([
    [{ n: 2 }, "n"],
    [{ logprobs: true }, "logprobs"],
    [{ top_logprobs: 1 }, "top_logprobs"],
    [{ logit_bias: { "1": 5 } }, "logit_bias"],
    [{ functions: [{ name: "f" }] }, "functions"],
    [{ function_call: { name: "f" } }, "function_call"],
    [{ modalities: ["text", "audio"] }, "modalities"],
    [{ audio: { voice: "x" } }, "audio"],
    [{ web_search_options: {} }, "web_search_options"],
    [{ moderation: { model: "x" } }, "moderation"],
    [{ messages: [{ role: "function", content: "x", name: "f" }] }, "messages[0].role"],
    [{ messages: [{ role: "assistant", function_call: { name: "f" } }] }, "messages[0].function_call"],
    [{ messages: [{ role: "assistant", audio: { id: "a" } }] }, "messages[0].audio"],
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
    [{ messages: [{ content: "x" }] }, "messages[0].role", "invalid_value"],
    [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role", "invalid_value"],
    [{ model: 5 }, "model", "invalid_type"],
    [{ model: "x".repeat(257) }, "model", "invalid_value"],
    [{ stream: "true" }, "stream", "invalid_type"],
    [{ stream_options: { include_usage: 1 } }, "stream_options.include_usage", "invalid_type"],
    [{ temperature: 2.1 }, "temperature", "invalid_value"],
    [{ temperature: "1" }, "temperature", "invalid_type"],
    [{ top_p: 1.1 }, "top_p", "invalid_value"],
    [{ frequency_penalty: -2.1 }, "frequency_penalty", "invalid_value"],
    [{ presence_penalty: 2.1 }, "presence_penalty", "invalid_value"],
    [{ max_tokens: -2 }, "max_tokens", "invalid_value"],
    [{ max_completion_tokens: 1.5 }, "max_completion_tokens", "invalid_type"],
    [{ n: 0 }, "n", "invalid_value"],
    [{ n: 129 }, "n", "invalid_value"],
    [{ stop: Array.from({ length: 65 }, () => "a") }, "stop", "invalid_value"],
    [{ stop: ["a", 1] }, "stop", "invalid_value"],
    [{ seed: 1.5 }, "seed", "invalid_value"],
    [{ top_logprobs: 21 }, "top_logprobs", "invalid_value"],
    [{ reasoning_effort: "huge" }, "reasoning_effort", "invalid_value"],
    [{ modalities: ["smell"] }, "modalities[0]", "invalid_value"],
    [{ metadata: "x" }, "metadata", "invalid_type"],
    [{ metadata: { ["k".repeat(65)]: "v" } }, `metadata.${"k".repeat(64)}`, "invalid_value"],
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

test.each(["temperature", "seed", "max_tokens"])("%s: a number beyond all numbers", (field) => {
  const body = JSON.parse(`{"messages":[{"role":"user","content":"Hi"}],"${field}":1e999}`) as unknown;
  expect(problem(body)).toMatchObject({ param: field, message: `'${field}' is out of range.` });
});

test("keys of the object prototype are just keys", () => {
  const body: unknown = JSON.parse(
    '{"__proto__":{"stream":"x"},"constructor":1,"metadata":{"__proto__":"x"},"messages":[{"role":"user","content":"Hi","__proto__":{"a":1}}]}',
  );
  expect(toRun(parseRequest(body))).toEqual({ messages });
  expect({}).not.toHaveProperty("a");
});

describe("huge and deep requests are refused at their first fault", () => {
  const many = 100_000;
  const deep = `${"[".repeat(many)}${"]".repeat(many)}`;
  const user = (content: string): string => `{"messages":[{"role":"user","content":${content}}]}`;
  const ones = `[${"1,".repeat(many)}1]`;
  test.each([
    ["messages of no kind", `{"messages":${ones}}`, "messages[0]"],
    [
      "messages of a wrong kind",
      `{"messages":[${'{"role":"user","content":5},'.repeat(many)}5]}`,
      "messages[0].content",
    ],
    ["parts", user(ones), "messages[0].content[0]"],
    ["parts without text", user(`[${'{"type":"text"},'.repeat(many)}1]`), "messages[0].content[0].text"],
    ["tools", `{"messages":[{"role":"user","content":""}],"tools":${ones}}`, "tools"],
    ["stops", `{"messages":[{"role":"user","content":""}],"stop":${ones}}`, "stop"],
    ["deep content", user(deep), "messages[0].content[0]"],
    ["a deep part", user(`[{"type":${deep}}]`), "messages[0].content[0]"],
    ["a deep choice", `{"messages":[{"role":"user","content":""}],"tool_choice":${deep}}`, "tool_choice"],
    [
      "a deep schema",
      `{"messages":[{"role":"user","content":""}],"response_format":{"type":"json_object","schema":{"a":${deep}}}}`,
      "response_format.schema",
    ],
  ])("%s", (_name, json, param) => {
    const body: unknown = JSON.parse(json);
    const found = problem(body);
    expect(found).toMatchObject({ status: 400, param });
    expect(found.message).not.toContain("more problems");
  });

  test("a long conversation", () => {
    const long = Array.from({ length: 100_000 }, () => messages[0]);
    expect(run({ messages: long }).messages).toHaveLength(100_000);
  });
});
