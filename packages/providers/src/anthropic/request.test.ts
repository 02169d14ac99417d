import { describe, expect, test } from "vitest";
import type { ChatRequest, Sampling, ToolCall } from "@massgen/core/model";
import type { Rung } from "../forcing/rung.ts";
import type { WrittenBody } from "../remedies/remedy.ts";
import { messagesBody, type AnthropicOptions } from "./request.ts";

const plain: AnthropicOptions = { sampling: {}, fields: {}, extraBody: {} };
const hello: ChatRequest = { messages: [{ role: "user", content: "?" }] };
const write = (
  request: Partial<ChatRequest>,
  options: Partial<AnthropicOptions> = {},
  rung?: Rung,
  without: readonly string[] = [],
): WrittenBody => {
  const { own, finish } = messagesBody("m", { ...hello, ...request }, { ...plain, ...options }, rung);
  return finish(Object.fromEntries(Object.entries(own).filter(([name]) => !without.includes(name))));
};

test("the least there is", () => {
  expect(write({})).toEqual({
    body: {
      model: "m",
      max_tokens: 8192,
      messages: [{ role: "user", content: [{ type: "text", text: "?" }] }],
      stream: true,
    },
    dropped: [],
  });
});

describe("sampling", () => {
  const sampled = (sampling: Sampling, options: Partial<AnthropicOptions> = {}): WrittenBody =>
    write({ sampling }, options);

  test("what the wire knows; the configuration wins, but for the lower of two limits", () => {
    const { body, dropped } = sampled(
      { temperature: 0.5, topP: 0.9, maxOutputTokens: 7, stop: ["x"] },
      { sampling: { temperature: 0.1, maxOutputTokens: 9 }, topK: 5 },
    );
    expect(body).toMatchObject({ temperature: 0.1, top_p: 0.9, top_k: 5, max_tokens: 7, stop_sequences: ["x"] });
    expect(dropped).toEqual([]);
  });
  test("a client's temperature is capped, a configured one is not", () => {
    expect(sampled({ temperature: 1.7 }).body["temperature"]).toBe(1);
    expect(sampled({}, { sampling: { temperature: 1.7 } }).body["temperature"]).toBe(1.7);
  });
  test("what the wire does not know is reported; a zero penalty is nothing to report", () => {
    const all = { seed: 0, frequencyPenalty: 0.5, presencePenalty: -1, reasoningEffort: "low" };
    const { body, dropped } = sampled(all);
    expect(dropped).toEqual(["seed", "reasoningEffort", "frequencyPenalty", "presencePenalty"]);
    expect(body).toEqual(write({}).body);
    expect(sampled({ frequencyPenalty: 0, presencePenalty: 0 }).dropped).toEqual([]);
  });
  test("blank stop sequences, which Claude refuses, are left out and reported", () => {
    expect(sampled({ stop: ["\n", "END"] })).toMatchObject({ body: { stop_sequences: ["END"] }, dropped: ["stop"] });
    expect(sampled({ stop: ["\n"] }).body).not.toHaveProperty("stop_sequences");
  });
  test("what a remedy leaves out is reported", () => {
    const sampling = { temperature: 0.5, topP: 0.9 };
    const { body, dropped } = write({ sampling }, { topK: 5 }, undefined, ["top_k", "temperature"]);
    expect(body).toMatchObject({ top_p: 0.9 });
    expect(body).not.toHaveProperty("temperature");
    expect(body).not.toHaveProperty("top_k");
    expect(dropped).toEqual(["topK", "temperature"]);
  });
});

test("options: thinking and effort as written, other fields, extra_body last", () => {
  const { body } = write(
    {},
    {
      thinking: { type: "enabled", budget_tokens: 2000 },
      effort: "low",
      fields: { metadata: { user_id: "u" }, service_tier: "auto" },
      extraBody: { service_tier: "standard_only" },
    },
  );
  expect(body).toMatchObject({
    thinking: { type: "enabled", budget_tokens: 2000 },
    output_config: { effort: "low" },
    metadata: { user_id: "u" },
    service_tier: "standard_only",
  });
});

describe("tools", () => {
  const tools = [{ name: "a", description: "d", parameters: { properties: {} } }, { name: "b" }];
  const declared = [
    { name: "a", description: "d", input_schema: { type: "object", properties: {} } },
    { name: "b", input_schema: { type: "object" } },
  ];
  const choose = (request: Partial<ChatRequest>): unknown => {
    const { body } = write({ tools, ...request });
    return { tools: body["tools"], choice: body["tool_choice"] };
  };

  test.each<[ChatRequest["toolChoice"], object]>([
    [undefined, { type: "auto" }],
    ["auto", { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "any" }],
    [{ name: "b" }, { type: "tool", name: "b" }],
  ])("choice %j", (toolChoice, choice) => {
    expect(choose({ ...(toolChoice && { toolChoice }) })).toEqual({ tools: declared, choice });
  });
  test("one call at most", () => {
    const one = { parallelToolCalls: false };
    expect(choose(one)).toMatchObject({ choice: { type: "auto", disable_parallel_tool_use: true } });
    expect(choose({ ...one, toolChoice: "required" })).toMatchObject({
      choice: { type: "any", disable_parallel_tool_use: true },
    });
    expect(choose({ ...one, toolChoice: "none" })).toHaveProperty("choice", { type: "none" });
    expect(choose({ parallelToolCalls: true })).toHaveProperty("choice", { type: "auto" });
    expect(choose({ ...one, tools: [] })).toEqual({});
  });
});

describe("thinking", () => {
  const enabled = { type: "enabled", budget_tokens: 2000 };
  const thought = { type: "thinking", thinking: "hm", signature: "s" };
  const own: ToolCall = {
    id: "t1",
    name: "a",
    arguments: "{}",
    opaque: { provider: "anthropic", model: "m", blocks: [thought] },
  };
  const foreign: ToolCall = { id: "t2", name: "a", arguments: "{}" };
  const after = (...calls: readonly ToolCall[]): Pick<ChatRequest, "messages"> => ({
    messages: calls.flatMap((call) => [
      { role: "assistant", content: "", toolCalls: [call] } as const,
      { role: "tool", toolCallId: call.id, content: "r" } as const,
    ]),
  });
  const forced: Partial<ChatRequest> = { tools: [{ name: "a" }], toolChoice: "required" };
  const seen = (request: Partial<ChatRequest>, thinking?: object, rung?: Rung): unknown => {
    const { body } = write(request, thinking === undefined ? {} : { thinking: { ...thinking } }, rung);
    return { thinking: body["thinking"], goesBack: JSON.stringify(body["messages"]).includes('"signature"') };
  };

  test.each<[string, unknown, object]>([
    ["behind its own calls", seen(after(own), enabled), { thinking: enabled, goesBack: true }],
    ["behind foreign calls", seen(after(foreign), enabled), { thinking: undefined, goesBack: false }],
    ["behind both", seen(after(own, foreign), enabled), { thinking: undefined, goesBack: false }],
    ["where the model decides", seen(after(own)), { thinking: undefined, goesBack: true }],
    ["switched off", seen(after(own), { type: "disabled" }), { thinking: { type: "disabled" }, goesBack: false }],
    [
      "off, foreign calls",
      seen(after(foreign), { type: "disabled" }),
      { thinking: { type: "disabled" }, goesBack: false },
    ],
    [
      "a forced choice without it",
      seen({ ...after(own), ...forced }, enabled, "without-thinking"),
      { thinking: { type: "disabled" }, goesBack: false },
    ],
    [
      "a free choice after that",
      seen({ ...after(own), ...forced, toolChoice: "auto" }, enabled, "instructed"),
      { thinking: enabled, goesBack: true },
    ],
  ])("%s", (_name, found, expected) => expect(found).toEqual(expected));
});
