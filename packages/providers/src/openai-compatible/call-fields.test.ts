import type { ChatModel, ChatRequest, ToolCall } from "@massgen/core/model";
import { expect, test } from "vitest";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";
import { createCallFields, fieldsOf } from "./call-fields.ts";

test("fields of all pieces, the last value of each; OpenAI's own, and empty ones, are none", () => {
  const collector = createCallFields();
  collector.add({ index: 0, id: "a", type: "function", extra: null, note: "" }, { name: "f", arguments: "{", hint: 1 });
  collector.add({ index: 0, extra: { google: { thought_signature: "s" } } }, { arguments: "}", hint: 2 });
  expect(collector.fields()).toEqual({
    fields: { extra: { google: { thought_signature: "s" } } },
    functionFields: { hint: 2 },
  });
  expect(createCallFields().fields()).toBeUndefined();
});

test("more than a call may carry is nothing", () => {
  const long = createCallFields();
  long.add({ extra: "x".repeat(70_000) }, undefined);
  expect(long.fields()).toBeUndefined();
  const many = createCallFields();
  for (let at = 0; at < 40; at += 1) many.add({ [`f${at}`]: 1 }, undefined);
  expect(many.fields()).toBeUndefined();
});

test("they go to the model that gave them, those of a client to every one", () => {
  const owner = { provider: "chatcompletion", model: "m" };
  const carrying = (opaque: unknown): ToolCall => ({ id: "a", name: "f", arguments: "{}", opaque });
  const fields = { extra: 1 };
  expect(fieldsOf(carrying({ ...owner, fields }), owner)).toEqual({ fields });
  expect(fieldsOf(carrying({ provider: "client", fields }), owner)).toEqual({ fields });
  expect(fieldsOf(carrying({ ...owner, model: "n", fields }), owner)).toEqual({});
  expect(fieldsOf(carrying({ provider: "gemini", model: "m", fields }), owner)).toEqual({});
  expect(fieldsOf(carrying("s"), owner)).toEqual({});
});

const bed = testBed();
async function modelOn(answer: (exchange: Exchange) => unknown, model = "m"): Promise<ChatModel> {
  bed.upstream ??= await startUpstream(answer);
  const baseUrl = `${bed.upstream.url}/v1`;
  return bed.registry.createModel({ type: "chatcompletion", model, baseUrl, options: {} });
}
const extra_content = { google: { thought_signature: "sig" } };
const calling = frames(
  { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: "a", function: { name: "f" }, extra_content }] } }] },
  {
    choices: [
      { index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: "{}" } }] }, finish_reason: "tool_calls" },
    ],
  },
  "[DONE]",
);
const callsSent = ({ body }: Exchange): unknown =>
  (body["messages"] as { tool_calls?: unknown }[]).flatMap((turn) => turn.tool_calls ?? []);
const behind = (call: ToolCall): ChatRequest => ({
  messages: [
    { role: "user", content: "?" },
    { role: "assistant", content: "", toolCalls: [call] },
    { role: "tool", toolCallId: call.id, content: "r" },
  ],
});

test("a call takes its fields along, and brings them back to its model only", async () => {
  const model = await modelOn(({ response }) => sendEvents(response, calling));
  const { events } = await collect(model.stream({ messages: [{ role: "user", content: "?" }] }));
  const call = events.find((event) => event.type === "tool-call");
  expect(call).toBeDefined();
  if (call === undefined) return;
  await collect(model.stream(behind(call)));
  await collect((await modelOn(() => undefined, "other")).stream(behind(call)));
  const [, own, others] = bed.upstream?.exchanges ?? [];
  const plain = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
  expect(own && callsSent(own)).toEqual([{ ...plain, extra_content }]);
  expect(others && callsSent(others)).toEqual([plain]);
});

test("a service that takes no such fields gets the call again without, and never again with them", async () => {
  const model = await modelOn((exchange) =>
    JSON.stringify(callsSent(exchange)).includes("extra_content")
      ? sendJson(exchange.response, 400, {
          error: { message: "messages.1.tool_calls.0: property extra_content is unsupported" },
        })
      : sendEvents(exchange.response, calling),
  );
  const call: ToolCall = {
    id: "a",
    name: "f",
    arguments: "{}",
    opaque: { provider: "client", fields: { extra_content } },
  };
  for (let at = 0; at < 2; at += 1) {
    expect((await collect(model.stream(behind(call)))).finish?.reason).toBe("tool-calls");
  }
  expect(bed.upstream?.exchanges).toHaveLength(3);
});
