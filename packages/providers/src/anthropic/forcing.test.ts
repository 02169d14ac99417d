import { expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const ballot: ChatRequest = {
  messages: [{ role: "user", content: "Which?" }],
  tools: [{ name: "vote" }, { name: "new_answer" }],
  toolChoice: "required",
  parallelToolCalls: false,
};
const input = { agent_id: "agent1" };
const voted = { type: "tool-call", name: "vote", arguments: JSON.stringify(input) };
const bed = testBed();

async function modelOn(answer: (exchange: Exchange) => unknown): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return createModel();
}
function createModel(): ChatModel {
  const baseUrl = bed.upstream?.url ?? "";
  return bed.registry.createModel({ type: "claude", model: "m", apiKey: "k-12345", baseUrl, options: {} });
}
const answer = ({ response }: Exchange, content: object, stop_reason = "end_turn"): void =>
  sendJson(response, 200, { type: "message", content: [content], stop_reason });
const call = (exchange: Exchange): void =>
  answer(exchange, { type: "tool_use", id: "t", name: "vote", input }, "tool_use");
const refuse = ({ response }: Exchange, message: string): void =>
  sendJson(response, 400, { type: "error", error: { type: "invalid_request_error", message } });
const ways = (): unknown[] =>
  (bed.upstream?.exchanges ?? []).map(({ body }) => {
    const { tool_choice: choice, thinking } = body as Record<string, { type: string } | undefined>;
    return [choice?.type, thinking?.type];
  });

test("rejected: without thinking, remembered for all agents on the model", async () => {
  const model = await modelOn((exchange) =>
    "thinking" in exchange.body
      ? call(exchange)
      : refuse(exchange, "Thinking may not be enabled when tool_choice forces tool use."),
  );
  expect((await collect(model.stream(ballot))).events).toMatchObject([voted, { reason: "tool-calls" }]);
  expect((await collect(createModel().stream({ ...ballot, toolChoice: { name: "vote" } }))).events[0]).toMatchObject(
    voted,
  );
  expect(ways()).toEqual([
    ["any", undefined],
    ["any", "disabled"],
    ["tool", "disabled"],
  ]);
});

test("retryOf lowers by one rung", async () => {
  const model = await modelOn(call);
  await collect(model.stream({ ...ballot, retryOf: { problem: "p" } }));
  expect(ways()).toEqual([["any", "disabled"]]);
});

const noTools = "tools: this model does not support tools";

test("without tools it goes down to text, which is read as a call", async () => {
  const model = await modelOn((exchange) =>
    "tools" in exchange.body
      ? refuse(exchange, noTools)
      : answer(exchange, { type: "text", text: `{"tool":"vote","arguments":${JSON.stringify(input)}}` }),
  );
  expect((await collect(model.stream(ballot))).events).toMatchObject([voted, { reason: "tool-calls" }]);
  expect(ways().at(-1)).toEqual([undefined, undefined]);
});

test("text that is no call is delivered as it is", async () => {
  const model = await modelOn((exchange) =>
    "tools" in exchange.body ? refuse(exchange, noTools) : answer(exchange, { type: "text", text: "agent1" }),
  );
  expect((await collect(model.stream(ballot))).events).toEqual([
    { type: "text-delta", text: "agent1" },
    { type: "finish", reason: "stop" },
  ]);
});
