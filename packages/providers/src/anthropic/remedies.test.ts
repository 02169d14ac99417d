import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

// Refusals of Anthropic's messages, each played to the end: learned, remembered, and not in use elsewhere.

const bed = testBed();
type Body = Exchange["body"];

const user: Message = { role: "user", content: "Hello" };
const called: Message[] = [
  { role: "assistant", content: "", toolCalls: [{ id: "t1", name: "look", arguments: "{}" }] },
  { role: "tool", toolCallId: "t1", content: "5 C" },
];
const ask = (more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [user], ...more });
const has = (body: Body, type: string): boolean => JSON.stringify(body["messages"]).includes(`"type":"${type}"`);
const lastRole = (body: Body): string | undefined => (body["messages"] as { role: string }[]).at(-1)?.role;
const thinking = { type: "enabled", budget_tokens: 4096 };
const whole = frames(
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "ok" } },
  { type: "message_delta", delta: { stop_reason: "end_turn" } },
  { type: "message_stop" },
);

interface Lesson {
  readonly options?: Record<string, unknown>;
  readonly refuses: (body: Body) => boolean;
  readonly says: string;
  readonly request: ChatRequest;
  readonly shows: (body: Body) => unknown;
  readonly seen: readonly unknown[];
  readonly elsewhere: readonly [ChatRequest, unknown];
  readonly dropped?: readonly string[];
}

const marks = (body: Body): number => JSON.stringify(body).split('"cache_control"').length - 1;
const cached = ask({ prefix: { key: "k", added: 0 } });

const lessons: readonly Lesson[] = [
  {
    says: "messages.0.content.0.text.cache_control: Extra inputs are not permitted",
    refuses: (body) => marks(body) > 0,
    request: cached,
    shows: marks,
    seen: [1, 0],
    elsewhere: [{ ...cached, tools: [{ name: "look" }] }, 0],
  },
  {
    says: "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307",
    refuses: (body) => Number(body["max_tokens"]) > 4096,
    request: ask(),
    shows: (body) => body["max_tokens"],
    seen: [8192, 4096],
    elsewhere: [ask({ sampling: { maxOutputTokens: 100 } }), 100],
  },
  {
    says: "max_tokens: 12288 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307",
    options: { thinking },
    refuses: (body) => Number(body["max_tokens"]) > 4096,
    request: ask(),
    shows: (body) => [body["max_tokens"], "thinking" in body],
    seen: [
      [12_288, true],
      [4096, false],
    ],
    elsewhere: [ask({ sampling: { maxOutputTokens: 50 } }), [4096, false]],
  },
  {
    says: "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    refuses: (body) => "temperature" in body && "top_p" in body,
    request: ask({ sampling: { temperature: 0.5, topP: 0.9 } }),
    shows: (body) => [body["temperature"], body["top_p"]],
    seen: [
      [0.5, 0.9],
      [0.5, undefined],
    ],
    elsewhere: [ask({ sampling: { topP: 0.9 } }), [undefined, 0.9]],
    dropped: ["topP"],
  },
  {
    says: "`top_k` must be unset when tools are offered.",
    options: { top_k: 5 },
    refuses: (body) => "top_k" in body && "tools" in body,
    request: ask({ tools: [{ name: "look" }] }),
    shows: (body) => body["top_k"],
    seen: [5, undefined],
    elsewhere: [ask(), 5],
    dropped: ["topK"],
  },
  {
    says: "adaptive thinking is not supported on this model",
    options: { thinking: { type: "adaptive" } },
    refuses: (body) => "thinking" in body,
    request: ask(),
    shows: (body) => "thinking" in body,
    seen: [true, false],
    elsewhere: [ask({ sampling: { temperature: 1 } }), false],
  },
  {
    says: "This model does not support assistant message prefill. The conversation must end with a user message.",
    refuses: (body) => lastRole(body) === "assistant",
    request: ask({ messages: [user, { role: "assistant", content: "Once" }] }),
    shows: lastRole,
    seen: ["assistant", "user"],
    elsewhere: [ask(), "user"],
  },
  {
    says: "Requests which have `tool_use` or `tool_result` blocks in messages must define tools",
    refuses: (body) => has(body, "tool_use") && !("tools" in body),
    request: ask({ messages: [user, ...called] }),
    shows: (body) => has(body, "tool_use"),
    seen: [true, false],
    elsewhere: [ask({ messages: [user, ...called], tools: [{ name: "look" }] }), true],
  },
];

describe.each(lessons)("$says", ({ options = {}, refuses, says, request, shows, seen, elsewhere, dropped }) => {
  test("learned, remembered, and not in use elsewhere", async () => {
    bed.upstream = await startUpstream(({ body, response }) =>
      refuses(body)
        ? sendJson(response, 400, { type: "error", error: { type: "invalid_request_error", message: says } })
        : sendEvents(response, whole),
    );
    const { url, exchanges } = bed.upstream;
    const model = bed.registry.createModel({ type: "claude", model: "m", apiKey: "k-12345", baseUrl: url, options });
    for (let call = 0; call < 2; call += 1) {
      const { text, events, error } = await collect(model.stream(request));
      expect([text, error?.message]).toEqual(["ok", undefined]);
      expect(events.at(-1)).toEqual({ type: "finish", reason: "stop", ...(dropped && { droppedParameters: dropped }) });
    }
    expect(exchanges.map(({ body }) => shows(body))).toEqual([...seen, seen.at(-1)]);
    const before = exchanges.length;
    await collect(model.stream(elsewhere[0]));
    expect(exchanges.slice(before).map(({ body }) => shows(body))).toEqual([elsewhere[1]]);
  });
});

test.each<[object, object, number]>([
  [{ maxOutputTokens: 100 }, {}, 4196],
  [{}, {}, 12_288],
  [{ maxOutputTokens: 100 }, { max_tokens: 6000 }, 4196],
  [{}, { max_tokens: 1000 }, 5096],
])("thinking has room on top of a client's limit: %j, configured %j", async (sampling, configured, limit) => {
  bed.upstream = await startUpstream(({ response }) => sendEvents(response, whole));
  const { url, exchanges } = bed.upstream;
  const options = { thinking, ...configured };
  const model = bed.registry.createModel({ type: "claude", model: "m", apiKey: "k-12345", baseUrl: url, options });
  await collect(model.stream(ask({ sampling })));
  expect(exchanges[0]?.body).toMatchObject({ max_tokens: limit, thinking });
});
