import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { createAnthropic } from "./provider.ts";

// What Claude and its gateways write besides text and end_turn: nothing is lost, or the failure is told as it is.

const plain: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const parameters = { type: "object", properties: { agent_id: { type: "string" } }, required: ["agent_id"] };
const ballot: ChatRequest = { ...plain, tools: [{ name: "vote", parameters }], toolChoice: "required" };
const args = '{"agent_id":"agent1"}';
const vote = `vote${args}`;

async function read(body: string, request: ChatRequest = plain): Promise<string> {
  const context = { env: {}, redact: (text: string) => text, fetch: () => Promise.resolve(new Response(body)) };
  const model = createAnthropic().createModel(
    { model: "claude-sonnet-5", apiKey: "k", baseUrl: "http://service.test", options: {} },
    context,
  );
  const { text, reasoning, calls, finish, error } = await collect(model.stream(request));
  const made = calls.map((call) => `${call.name}${call.arguments}`);
  const end = finish === undefined ? `!${error?.code}` : finish.reason;
  return [text, reasoning === "" ? "" : `(${reasoning})`, ...made, end].filter((one) => one !== "").join(" ");
}
type Event = Readonly<Record<string, unknown>> & { readonly type: string };
const stream = (...events: readonly Event[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const start: Event = {
  type: "message_start",
  message: { id: "m", role: "assistant", content: [], usage: { input_tokens: 1, output_tokens: 1 } },
};
const stop: Event = { type: "message_stop" };
const block = (content_block: object, ...deltas: readonly object[]): Event[] => [
  { type: "content_block_start", index: 0, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
  { type: "content_block_stop", index: 0 },
];
const said = (text: string): Event[] => block({ type: "text", text: "" }, { type: "text_delta", text });
const ended = (stop_reason: unknown): Event => ({
  type: "message_delta",
  delta: { stop_reason },
  usage: { output_tokens: 2 },
});
const whole = (reason: unknown, ...blocks: readonly Event[][]): string =>
  stream(start, ...blocks.flat(), ended(reason), stop);
const use = (...pieces: readonly string[]): Event[] =>
  block(
    { type: "tool_use", id: "t", name: "vote", input: {} },
    ...pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  );

describe("an answer", () => {
  test.each<[string, string, string]>([
    ["a pause of the turn", whole("pause_turn", said("Hi")), "Hi stop"],
    ["a refusal", whole("refusal", said("Hi")), "Hi content-filter"],
    ["the window full", whole("model_context_window_exceeded", said("Hi")), "Hi length"],
    [
      "a compaction",
      whole(
        "compaction",
        block({ type: "compaction", content: "" }, { type: "compaction_delta", content: "x" }),
        said("Hi"),
      ),
      "Hi stop",
    ],
    ["a reason that nobody knows", whole("done_thinking", said("Hi")), "Hi stop"],
    ["no reason", whole(null, said("Hi")), "Hi stop"],
    ["no message_stop", stream(start, ...said("Hi"), ended("end_turn")), "Hi stop"],
    [
      "server tools between texts",
      whole(
        "end_turn",
        said("H"),
        block(
          { type: "server_tool_use", id: "s", name: "web_search", input: {} },
          { type: "input_json_delta", partial_json: '{"q":1}' },
        ),
        block({ type: "web_search_tool_result", tool_use_id: "s", content: [] }),
        said("i"),
      ),
      "Hi stop",
    ],
    [
      "blocks of an unknown kind",
      whole("end_turn", block({ type: "hologram", x: 1 }, { type: "hologram_delta", y: 2 }), said("Hi")),
      "Hi stop",
    ],
    [
      "citations",
      whole(
        "end_turn",
        block(
          { type: "text", text: "" },
          { type: "text_delta", text: "Hi" },
          { type: "citations_delta", citation: {} },
        ),
      ),
      "Hi stop",
    ],
    ["text in the start of its block", whole("end_turn", block({ type: "text", text: "Hi" })), "Hi stop"],
    ["fallback models between", stream(start, { type: "fallback" }, ...said("Hi"), ended("end_turn"), stop), "Hi stop"],
    [
      "pings everywhere",
      stream(
        { type: "ping" },
        start,
        { type: "ping" },
        ...said("H"),
        { type: "ping" },
        ...said("i"),
        ended("end_turn"),
        stop,
      ),
      "Hi stop",
    ],
    [
      "thinking without a signature",
      whole(
        "end_turn",
        block({ type: "thinking", thinking: "" }, { type: "thinking_delta", thinking: "Hm" }),
        said("Hi"),
      ),
      "Hi (Hm) stop",
    ],
    [
      "thinking left out",
      whole(
        "end_turn",
        block({ type: "thinking", thinking: "" }, { type: "signature_delta", signature: "s" }),
        said("Hi"),
      ),
      "Hi stop",
    ],
    ["no event names", whole("end_turn", said("Hi")).replaceAll(/event: .*\n/g, ""), "Hi stop"],
    ["CRLF and a byte order mark", `\uFEFF${whole("end_turn", said("Hi")).replaceAll("\n", "\r\n")}`, "Hi stop"],
    ["OpenAI's marker behind it", `${whole("end_turn", said("Hi"))}data: [DONE]\n\n`, "Hi stop"],
    [
      "one message in place of a stream",
      JSON.stringify({ type: "message", content: [{ type: "text", text: "Hi" }], stop_reason: "end_turn" }),
      "Hi stop",
    ],
    ["no message_start", stream(...said("Hi"), ended("end_turn"), stop), "Hi stop"],
    [
      "deltas without a start of their block",
      stream(
        start,
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
        ended("end_turn"),
        stop,
      ),
      "Hi stop",
    ],
    [
      "an error",
      stream(start, ...said("H"), { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
      "H !overloaded",
    ],
    [
      "an error of the window",
      stream(start, {
        type: "error",
        error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" },
      }),
      "!context-length",
    ],
    ["an error without a type", `${stream(start)}event: error\ndata: {"message":"boom"}\n\n`, "!upstream-failed"],
    ["a refusal with nothing said", whole("refusal"), "content-filter"],
    ["cut off", stream(start, ...said("H")), "H !truncated"],
  ])("%s", async (_, body, expected) => expect(await read(body)).toBe(expected));
});

describe("a vote", () => {
  test.each<[string, string, string]>([
    ["in pieces", whole("tool_use", use("", '{"agent_id"', ':"agent1"}')), `${vote} tool-calls`],
    ["behind an empty object", whole("tool_use", use("{}", args)), `${vote} tool-calls`],
    [
      "whole in the start",
      whole("tool_use", block({ type: "tool_use", id: "t", name: "vote", input: JSON.parse(args) as object })),
      `${vote} tool-calls`,
    ],
    [
      "whole in the start, as a text",
      whole("tool_use", block({ type: "tool_use", id: "t", name: "vote", input: args })),
      `${vote} tool-calls`,
    ],
    ["encoded twice", whole("tool_use", use(JSON.stringify(args))), `${vote} tool-calls`],
    [
      "without an id",
      whole("tool_use", block({ type: "tool_use", name: "vote" }, { type: "input_json_delta", partial_json: args })),
      `${vote} tool-calls`,
    ],
    ["with another reason", whole("end_turn", use(args)), `${vote} tool-calls`],
    ["with a sentence first", whole("tool_use", said("I vote."), use(args)), `I vote. ${vote} tool-calls`],
    [
      "in the older markup",
      whole(
        "stop_sequence",
        said(
          '<function_calls>\n<invoke name="vote">\n<parameter name="agent_id">agent1</parameter>\n</invoke>\n</function_calls>',
        ),
      ),
      `${vote} tool-calls`,
    ],
    [
      "as a tool of another kind",
      whole("tool_use", block({ type: "mcp_tool_use", id: "t", name: "vote", input: JSON.parse(args) as object })),
      "other",
    ],
  ])("%s", async (_, body, expected) => expect(await read(body, ballot)).toBe(expected));
});
