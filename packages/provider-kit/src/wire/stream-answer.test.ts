import type { ChatModel, ProviderContext, ToolCall, Usage } from "@massgen/core/model";
import { expect, test } from "vitest";
import { collect } from "../../fixtures/collect.ts";
import { sendJson, startUpstream } from "../../fixtures/loopback-upstream.ts";
import { describeModel, type Dialect, type WireEvent } from "../conformance/index.ts";
import { failureOf } from "./upstream-failure.ts";
import type { AnswerReader } from "./answer-events.ts";
import { streamAnswer } from "./stream-answer.ts";

// The plainest service there can be: every event is a step as it is, or the service's words for a failure.
const event = (data: object): WireEvent => ({ data: JSON.stringify(data) });
const reported = (usage: Usage | undefined): readonly WireEvent[] => (usage ? [event({ usage })] : []);
const dialect: Dialect = {
  answer: ({ reasoning = [], text = [], toolCalls = [], usageSoFar, usage, finish }) => [
    ...reasoning.map((piece) => event({ events: [{ type: "reasoning-delta", text: piece }] })),
    ...reported(usageSoFar),
    ...text.map((piece) => event({ events: [{ type: "text-delta", text: piece }] })),
    ...toolCalls.map((call) => event({ events: [{ type: "tool-call", ...call, arguments: call.arguments || "{}" }] })),
    ...reported(usage),
    ...(finish ? [event({ finish })] : []),
  ],
  failure: (message) => ({ event: "error", ...event({ message, code: "overloaded" }) }),
  refusal: (status, message) => ({ error: { status, message } }),
};
const read: AnswerReader = (payload, name) => (name === "error" ? { failure: failureOf(payload) } : payload);

function modelAt(
  baseUrl: string,
  context: Pick<ProviderContext, "fetch" | "redact">,
  droppedParameters: readonly string[] = [],
): ChatModel {
  return {
    contract: 1,
    model: "plain",
    stream: (request) =>
      streamAnswer(context, request, {
        label: "plain m",
        url: `${baseUrl}/answers`,
        headers: { authorization: "Bearer k" },
        body: {
          texts: request.messages.map(({ content }) => content),
          calls: request.messages.flatMap((message): readonly ToolCall[] =>
            message.role === "assistant" ? (message.toolCalls ?? []) : [],
          ),
          tools: request.tools,
        },
        droppedParameters,
        createReader: () => read,
      }),
  };
}

describeModel({ test, createModel: ({ baseUrl }, context) => modelAt(baseUrl, context), upstream: dialect });

const context = { fetch, redact: (text: string) => text };

test("posts JSON with the headers given; what the service does not take is in the finish", async () => {
  const body = dialect.answer({ text: ["Hi"], finish: "stop" }).map(({ data }) => `data: ${data}\n\n`);
  const upstream = await startUpstream(({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(body.join(""));
  });
  const model = modelAt(upstream.url, context, ["seed"]);
  const { events } = await collect(model.stream({ messages: [{ role: "user", content: "Hello" }] }));
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop", droppedParameters: ["seed"] });
  expect(upstream.exchanges[0]).toMatchObject({
    headers: { authorization: "Bearer k", "content-type": "application/json" },
    body: { texts: ["Hello"] },
  });
  await upstream.close();
});

test("a whole answer as one document is read; an error as one is thrown with its code", async () => {
  let document: object = { events: [{ type: "text-delta", text: "Hi" }], finish: "stop" };
  const upstream = await startUpstream(({ response }) => sendJson(response, 200, document));
  const model = modelAt(upstream.url, context);
  expect((await collect(model.stream({ messages: [] }))).text).toBe("Hi");
  document = dialect.refusal(429, "slow down") as object;
  const { error } = await collect(model.stream({ messages: [] }));
  expect([error?.code, error?.message]).toEqual(["rate-limited", expect.stringContaining("slow down")]);
  await upstream.close();
});

test("a redirect is not followed: it names the address to give as base_url", async () => {
  const upstream = await startUpstream(({ response }) => {
    response.writeHead(307, { location: "https://elsewhere.example/answers" }).end();
  });
  const { error } = await collect(modelAt(upstream.url, context).stream({ messages: [] }));
  expect(error?.message).toContain(
    "the address redirects to https://elsewhere.example/answers; give the final one as base_url",
  );
  expect(upstream.exchanges).toHaveLength(1);
  await upstream.close();
});

test.each<[string, string, string[]]>([
  ["an answer cut in its first event", 'data: {"events":[{"type":"te', ["", "truncated"]],
  [
    "an error event that is no object",
    'event: error\ndata: [{"error":{"code":503,"message":"busy"}}]\n\n',
    ["", "overloaded"],
  ],
])("%s", async (_name, body, expected) => {
  const upstream = await startUpstream(({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(body);
  });
  const { text, error } = await collect(modelAt(upstream.url, context).stream({ messages: [] }));
  expect([text, error?.code]).toEqual(expected);
  await upstream.close();
});

test("a document whose error is null is an answer", async () => {
  const document = { events: [{ type: "text-delta", text: "Hi" }], finish: "stop", error: null };
  const upstream = await startUpstream(({ response }) => sendJson(response, 200, document));
  const { text, error } = await collect(modelAt(upstream.url, context).stream({ messages: [] }));
  expect([text, error]).toEqual(["Hi", undefined]);
  await upstream.close();
});
