import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import type { JsonObject } from "@massgen/provider-kit/wire";
import type { BodyMode, BodyOptions } from "../openai-compatible/request.ts";
import { responsesBody } from "./request.ts";

const vendor = { type: "openai", keyVariables: [], responses: { only: [] } };
const hello: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };

function written(request: ChatRequest, options: Partial<BodyOptions> = {}, mode: Partial<BodyMode> = {}) {
  const given = { sampling: {}, fields: {}, extraBody: {}, ...options };
  const draft = responsesBody("m", vendor, request, given, { withoutThinking: false, ...mode });
  return draft.finish(draft.own);
}

const bodyOf = (...args: Parameters<typeof written>): JsonObject => written(...args).body;

test("the service stores nothing, and encrypts its reasoning", () => {
  expect(bodyOf(hello)).toEqual({
    model: "m",
    input: [{ role: "user", content: "Hi" }],
    stream: true,
    store: false,
    include: ["reasoning.encrypted_content"],
  });
});

test("system messages stay where they stand; images and tool turns are items", () => {
  const messages: ChatRequest["messages"] = [
    { role: "system", content: "One." },
    { role: "system", content: "Two." },
    {
      role: "user",
      content: [
        { type: "text", text: "Look" },
        { type: "image", url: "https://x.example/a.png" },
      ],
    },
    { role: "assistant", content: "I look.", toolCalls: [{ id: "c1", name: "look", arguments: "{}" }] },
    { role: "tool", toolCallId: "c1", name: "look", content: "A cat" },
    { role: "system", content: "Three." },
    { role: "assistant", content: "A cat." },
  ];
  expect(bodyOf({ messages })["input"]).toEqual([
    { role: "system", content: "One." },
    { role: "system", content: "Two." },
    {
      role: "user",
      content: [
        { type: "input_text", text: "Look" },
        { type: "input_image", image_url: "https://x.example/a.png", detail: "auto" },
      ],
    },
    { role: "assistant", content: "I look." },
    { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
    { type: "function_call_output", call_id: "c1", output: "A cat" },
    { role: "system", content: "Three." },
    { role: "assistant", content: "A cat." },
  ]);
});

describe("reasoning goes back in front of what it led to", () => {
  const [r1, r2] = [
    { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "e1" },
    { type: "reasoning", id: "rs_2", summary: [], encrypted_content: "e2" },
  ];
  const turn = (provider: string, model: string): ChatRequest => ({
    messages: [
      {
        role: "assistant",
        content: "So.",
        toolCalls: [
          { id: "c1", name: "look", arguments: "{}", opaque: { provider, model, items: [r1] } },
          { id: "c2", name: "look", arguments: "{}", opaque: { provider, model, items: [r2] } },
        ],
      },
    ],
  });
  const call = (id: string) => ({ type: "function_call", call_id: id, name: "look", arguments: "{}" });
  const said = { role: "assistant", content: "So." };

  test("to the same service and model", () =>
    expect(bodyOf(turn("openai", "m"))["input"]).toEqual([r1, said, call("c1"), r2, call("c2")]));
  test.each([
    ["azure_openai", "m"],
    ["openai", "m-2"],
  ])("not to another one: %s %s", (provider, model) =>
    expect(bodyOf(turn(provider, model))["input"]).toEqual([said, call("c1"), call("c2")]),
  );
  test("not where a refusal took it out", () =>
    expect(bodyOf(turn("openai", "m"), {}, { withoutThinking: true })["input"]).toEqual([
      said,
      call("c1"),
      call("c2"),
    ]));
});

test("tools are flat, and strict only where they say so", () => {
  const tools = [
    { name: "look", description: "Looks." },
    { name: "vote", parameters: { type: "object" }, strict: true },
  ];
  const request: ChatRequest = { ...hello, tools, toolChoice: { name: "vote" }, parallelToolCalls: false };
  expect(bodyOf(request)).toMatchObject({
    tools: [
      {
        type: "function",
        name: "look",
        description: "Looks.",
        parameters: { type: "object", properties: {} },
        strict: false,
      },
      { type: "function", name: "vote", parameters: { type: "object" }, strict: true },
    ],
    tool_choice: { type: "function", name: "vote" },
    parallel_tool_calls: false,
  });
  expect(bodyOf({ ...request, toolChoice: "required" })["tool_choice"]).toBe("required");
  expect(bodyOf({ ...hello, toolChoice: "required" })).not.toHaveProperty("tool_choice");
});

test("formats, verbosity and reasoning share their fields", () => {
  const responseFormat = { type: "json-schema", name: "a", schema: { type: "object" }, strict: true } as const;
  const options = {
    fields: { verbosity: "low", reasoning: { summary: "auto" } },
    sampling: { reasoningEffort: "high" },
  };
  expect(bodyOf({ ...hello, responseFormat }, options)).toMatchObject({
    text: { format: { type: "json_schema", name: "a", schema: { type: "object" }, strict: true }, verbosity: "low" },
    reasoning: { summary: "auto", effort: "high" },
  });
  expect(bodyOf(hello, options)).not.toHaveProperty("verbosity");
  expect(bodyOf({ ...hello, responseFormat: { type: "json-object" } })["text"]).toEqual({
    format: { type: "json_object" },
  });
  const extraBody = { reasoning: { summary: "auto" }, service_tier: "flex" };
  expect(bodyOf(hello, { extraBody, sampling: { reasoningEffort: "low" } })).toMatchObject({
    reasoning: { summary: "auto", effort: "low" },
    service_tier: "flex",
  });
});

test("sampling that this API does not have is left out and told", () => {
  const sampling = { temperature: 0.5, topP: 0.9, maxOutputTokens: 100, stop: ["x"], seed: 1, frequencyPenalty: 1 };
  const { body, dropped } = written({ ...hello, sampling });
  expect(body).toMatchObject({ temperature: 0.5, top_p: 0.9, max_output_tokens: 100 });
  for (const name of ["stop", "seed", "frequency_penalty", "max_tokens"]) expect(body).not.toHaveProperty(name);
  expect(dropped).toEqual(["stop", "seed", "frequencyPenalty"]);
  expect(written({ ...hello, sampling: { stop: [], presencePenalty: 0 } }).dropped).toEqual([]);
});
