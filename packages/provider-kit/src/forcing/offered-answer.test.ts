import { describe, expect, test } from "vitest";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { createOfferedAnswer } from "./offered-answer.ts";

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const request: ChatRequest = { messages: [], tools: [{ name: "get_weather", parameters }] };
const said = (text: string): ModelEvent => ({ type: "text-delta", text });
const stop: ModelEvent = { type: "finish", reason: "stop" };
const named = '{"name": "get_weather", "arguments": {"city": "Oslo"}}';
const args = '{"city":"Oslo"}';
const called = [
  { type: "tool-call", id: "call_1", name: "get_weather", arguments: args },
  { type: "finish", reason: "tool-calls" },
];

function take(text: string, part: Partial<ChatRequest> = {}, finish: ModelEvent = stop, size = 5): ModelEvent[] {
  const answer = createOfferedAnswer({ ...request, ...part }, 1);
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  return [...pieces.map(said), finish].flatMap(answer.take);
}
const textOf = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

describe("a text that is nothing but calls in the marks of a template", () => {
  test.each([
    `<tool_call>\n${named}\n</tool_call>`,
    `\n\n<tool_call>${named}`,
    `<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>`,
    `<function=get_weather>${args}</function>`,
    `<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>`,
    `<|python_tag|>${named.replace("arguments", "parameters")}<|eom_id|>`,
    `<|python_tag|>get_weather.call(city="Oslo")`,
    `[TOOL_CALLS][${named}]`,
    `[TOOL_CALLS]get_weather[ARGS]${args}`,
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${args}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    `<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_calls_section_end|>`,
    `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${args}<|call|>`,
    `<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n</minimax:tool_call>`,
    `<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>`,
    `<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call>`,
    `functools[${named}]`,
    `\`\`\`tool_code\nprint(default_api.get_weather(city="Oslo"))\n\`\`\``,
  ])("%s", (text) => {
    expect(take(text)).toEqual(called);
    expect(take(text, {}, stop, text.length)).toEqual(called);
  });
  test("several", () => {
    const events = take(`<tool_call>${named}</tool_call>\n<tool_call>${named.replace("Oslo", "Rome")}</tool_call>`);
    expect(events).toMatchObject([{ arguments: args }, { arguments: '{"city":"Rome"}' }, { reason: "tool-calls" }]);
  });
});

describe("everything else is text, to the letter", () => {
  test.each([
    "It is 5 C in Oslo.",
    named,
    `\`\`\`json\n${named}\n\`\`\``,
    `Call it so: <tool_call>${named}</tool_call>`,
    `<tool_call>${named}</tool_call> is how Hermes writes a call.`,
    `<tool_call> is a mark of Hermes, as in ${named}.`,
    `<tool_call>{"name": "look", "arguments": {"city": "Oslo"}}</tool_call>`,
    `<tool_call>{"name": "get_weather", "arguments": {}}</tool_call>`,
    `<tool_call>{"name": "get_weather", "arguments": {"city": "Os`,
    'get_weather(city="Oslo")',
    "<tool",
    " ".repeat(100),
    `<tool_call>${"a".repeat(300_000)}`,
  ])("%s", (text) => {
    const events = take(text, {}, stop, 100);
    expect(events.filter(({ type }) => type === "tool-call")).toEqual([]);
    expect(textOf(events)).toBe(text);
    expect(events.at(-1)).toBe(stop);
  });
  test("where nothing may be called, and of a filtered answer", () => {
    const text = `<tool_call>${named}</tool_call>`;
    expect(textOf(take(text, { toolChoice: "none" }))).toBe(text);
    expect(textOf(take(text, {}, { type: "finish", reason: "content-filter" }))).toBe(text);
  });
});

test("a text flows from its first characters on", () => {
  const answer = createOfferedAnswer(request, 1);
  expect(answer.take(said("It"))).toEqual([said("It")]);
  expect(answer.take(said("<tool_call>"))).toEqual([said("<tool_call>")]);
});

test("calls are mended, and text before them stays before them", () => {
  const answer = createOfferedAnswer(request, 1);
  const call: ModelEvent = {
    type: "tool-call",
    id: "c",
    name: "get_weather<|channel|>commentary",
    arguments: JSON.stringify(args),
  };
  expect(answer.take(said("<"))).toEqual([]);
  expect(answer.take(call)).toEqual([said("<"), { ...call, name: "get_weather", arguments: args }]);
});
