import { describe, expect, test } from "vitest";
import { parseChunk, parseCompletion, parseErrorBody, parseStream, readFrames } from "./index.ts";

const massgen_metadata = {
  run_id: "r",
  team: null,
  outcome: "single",
  degraded: false,
  reasons: [],
  winner: "a",
  presenter: null,
  final_answer: "select",
  votes: [],
  tally: { a: 1 },
  agents: [{ id: "a", model: "m", status: "completed", cost_usd: null }],
  calls: { made: 1, aborted: 0, failed: 0, lost: 0, saved: { agreement: 0, early_stop: 0, lazy: 0 } },
  rounds: 0,
  usage_complete: true,
  usage_estimated: false,
  cost_usd: null,
  cost_complete: false,
  cost_estimated_usd: null,
  elapsed_ms: 1,
};
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const identity = { id: "chatcmpl-1", created: 1_700_000_000, model: "massgen" };
const toolCall = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };

function completion(message: object = {}, finish_reason: unknown = "stop", more: object = {}): object {
  return {
    ...identity,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "x", refusal: null, ...message },
        logprobs: null,
        finish_reason,
      },
    ],
    usage,
    massgen_metadata,
    ...more,
  };
}

function chunk(delta: object, finish_reason: unknown = null, more: object = {}): object {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
  return { ...identity, object: "chat.completion.chunk", choices, ...more };
}

const first = chunk({ role: "assistant", content: "" });
const said = chunk({ content: "x" });
const finish = chunk({}, "stop", { massgen_metadata });
const calls = chunk({}, "tool_calls", { massgen_metadata });
const usageChunk = { ...identity, object: "chat.completion.chunk", choices: [], usage };

function begin(index: number, id = "c1"): object {
  return chunk({ tool_calls: [{ index, id, type: "function", function: { name: "f", arguments: "" } }] });
}

function more(index: number): object {
  return chunk({ tool_calls: [{ index, function: { arguments: "{}" } }] });
}

describe("completions", () => {
  test.each([
    completion(),
    completion({ content: null, tool_calls: [toolCall] }, "tool_calls"),
    completion({}, "length"),
    completion({ reasoning_content: "t", reasoning: "t" }),
  ])("fine: %j", (body) => {
    expect(parseCompletion(body).id).toBe("chatcmpl-1");
  });

  test.each([
    {},
    null,
    completion({ content: null }),
    completion({ refusal: undefined }),
    completion({ extra: 1 }),
    completion({}, null),
    completion({}, "tool_calls"),
    completion({ tool_calls: [] }),
    completion({ tool_calls: [toolCall] }),
    completion({ tool_calls: [toolCall, toolCall] }, "tool_calls"),
    completion({ tool_calls: [{ ...toolCall, function: { name: "f", arguments: {} } }] }, "tool_calls"),
    completion({}, "stop", { created: Date.now() }),
    completion({}, "stop", { id: "x" }),
    completion({}, "stop", { usage: { ...usage, total_tokens: 2 } }),
    completion({}, "stop", { usage: null }),
    completion({}, "stop", { usage: undefined }),
    completion({}, "stop", { massgen_metadata: undefined }),
    completion({}, "stop", { extra: 1 }),
  ])("not: %j", (body) => {
    expect(() => parseCompletion(body)).toThrow(/^Not a completion:/);
  });
});

describe("chunks", () => {
  test.each([first, said, finish, usageChunk, begin(0), more(0), chunk({ content: "x" }, null, { usage: null })])(
    "fine: %j",
    (frame) => {
      expect(parseChunk(frame).id).toBe("chatcmpl-1");
    },
  );

  test.each([
    chunk({ content: "x" }, ""),
    chunk({ content: "x" }, null, { usage }),
    chunk({ content: "x" }, "stop", { massgen_metadata }),
    chunk({}),
    chunk({}, "stop"),
    chunk({ content: null }),
    chunk({ content: "x", reasoning_content: "y" }),
    chunk({ content: "x" }, null, { massgen_metadata }),
    chunk({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: "" } }] }),
    chunk({ tool_calls: [{ function: { arguments: "" } }] }),
    { ...usageChunk, usage: null },
    { error: {} },
  ])("not: %j", (frame) => {
    expect(() => parseChunk(frame)).toThrow(/^Not a chunk:/);
  });
});

describe("errors", () => {
  const error = { message: "m", type: "t", param: null, code: null };
  test("four keys", () => {
    expect(parseErrorBody({ error })).toEqual({ error });
  });
  test.each([
    {},
    { error: "m" },
    { error: { ...error, code: 400 } },
    { error: { ...error, param: undefined } },
    { error: { ...error, extra: 1 } },
    { error, extra: 1 },
  ])("not: %j", (body) => {
    expect(() => parseErrorBody(body)).toThrow(/^Not an error:/);
  });
});

describe("streams", () => {
  test("are put together", () => {
    expect(parseStream([first, chunk({ reasoning_content: "t" }), said, said, finish])).toEqual({
      content: "xx",
      reasoning: "t",
      toolCalls: [],
      finishReason: "stop",
    });
    const call = { name: "f", arguments: "{}{}" };
    expect(parseStream([first, begin(0), more(0), begin(1, "c2"), more(1), more(1), more(0), calls]).toolCalls).toEqual(
      [
        { id: "c1", ...call },
        { id: "c2", ...call },
      ],
    );
    const asked = [first, said, finish].map((frame) => ({ ...frame, usage: null }));
    expect(parseStream([...asked, usageChunk]).usage).toEqual(usage);
  });

  test.each<[string, object[]]>([
    ["nothing", []],
    ["no role", [said, finish]],
    ["the role twice", [first, first, finish]],
    ["no end", [first, said]],
    ["two ends", [first, finish, finish]],
    ["more after the end", [first, finish, said]],
    ["another id", [first, { ...said, id: "chatcmpl-2" }, finish]],
    ["usage in the middle", [first, usageChunk, finish]],
    ["usage that was not announced", [first, finish, usageChunk]],
    ["usage announced by some", [{ ...first, usage: null }, said, finish]],
    ["tool_calls without any", [first, calls]],
    ["stop with tool calls", [first, begin(0), finish]],
    ["an index left out", [first, begin(1), calls]],
    ["an index twice", [first, begin(0), begin(0, "c2"), calls]],
    ["an id twice", [first, begin(0), begin(1), calls]],
    ["arguments of nobody", [first, more(0), calls]],
    ["an error", [first, { error: {} }]],
  ])("not: %s", (_name, frames) => {
    expect(() => parseStream(frames)).toThrow(TypeError);
  });
});

const failure = { error: { message: "It broke.", type: "upstream_error", param: null, code: null } };
const told = `data: ${JSON.stringify(failure)}\n\n`;
const done = "data: [DONE]\n\n";

test("frames: comments are left out, a failure is told twice", () => {
  expect(readFrames(`data: 1\n\n: keep-alive\n: keep-alive\ndata: 2\n\n: keep-alive\n${done}`)).toEqual({
    chunks: [1, 2],
  });
  expect(readFrames(`data: 1\n\n${told}event: error\n${told}${done}`)).toEqual({ chunks: [1], error: failure });
  expect(readFrames(`${told}event: error\n${told}${done}`)).toEqual({ chunks: [], error: failure });
});

test.each([
  "data: 1\n\n",
  `data: 1\n\n: keep-alive\n\n${done}`,
  `${done}${done}`,
  `data: 1\n${done}`,
  `id: 1\ndata: 1\n\n${done}`,
  `${told}${done}`,
  `event: error\n${told}${done}`,
  `${told}${told}${done}`,
  `${told}event: error\n${told.replace("It", "That")}${done}`,
  `${told}event: error\n${told}data: 1\n\n${done}`,
  `data: 1\n\ndata: {}\n\nevent: error\ndata: {}\n\n${done}`,
])("frames of a stream that no client should get: %j", (body) => {
  expect(() => readFrames(body)).toThrow(TypeError);
});
