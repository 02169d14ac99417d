import { describe, expect, it } from "vitest";
import type { CallOrder, CallPurpose } from "../coordination/effect.ts";
import { MassgenError } from "../errors.ts";
import type { ChatModel } from "../model/chat-model.ts";
import type { ModelEvent } from "../model/model-event.ts";
import { type ScriptedReply, scriptedModel, vote } from "../testing/scripted-model.ts";
import { type UnstampedFact, makeCall } from "./agent-call.ts";
import { rulesFor } from "./rules.ts";

const messages = [{ role: "user", content: "Hi" }] as const;
const rules = rulesFor({ messages, tools: [{ name: "look" }] }, "run_1");
const draft: CallPurpose = { phase: "draft", solo: false };
const candidates = ["x", "y"].map((id) => ({ id, agentId: id, version: 1, text: id, toolCalls: [], cut: false }));

function call(model: ChatModel, purpose: CallPurpose = draft, maxChars = 1000): Promise<UnstampedFact> {
  const order: CallOrder = { callId: "call-1", agentId: "ada", model: "primary", purpose };
  const request = { messages };
  return makeCall(model, request, new AbortController(), order, rules, maxChars, undefined);
}

const saying = (reply: ScriptedReply): ChatModel => scriptedModel(() => reply);

function streaming(events: readonly ModelEvent[], error?: unknown): ChatModel {
  return {
    contract: 1,
    model: "m",
    stream: async function* () {
      yield* events;
      if (error !== undefined) throw error;
    },
  };
}

/** A stream that fails at once with this very value. */
const rejecting = (thrown: unknown): AsyncIterable<ModelEvent> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      throw thrown;
    },
  }),
});

describe("a call that ends well", () => {
  it("is a fact with the whole text, the reasoning, the cost and what the provider dropped", async () => {
    const model = streaming([
      { type: "reasoning-delta", text: "Hm." },
      { type: "text-delta", text: "Because " },
      { type: "text-delta", text: "of scattering." },
      { type: "finish", reason: "stop", usage: { inputTokens: 3 }, droppedParameters: ["seed"] },
    ]);
    expect(await call(model)).toEqual({
      type: "draft-finished",
      callId: "call-1",
      reply: { text: "Because of scattering.", toolCalls: [], finishReason: "stop" },
      reasoning: "Hm.",
      replyChars: 25,
      usage: { inputTokens: 3 },
      droppedParameters: ["seed"],
    });
  });

  it("keeps a tool call whole, with what the provider needs back", async () => {
    const toolCall = { id: "call_9", name: "look", arguments: "{}", opaque: "signature" };
    expect(await call(saying({ toolCalls: [toolCall] }))).toMatchObject({
      reply: { toolCalls: [toolCall], finishReason: "tool-calls" },
    });
  });

  it("reads a ballot by the voter's own order", async () => {
    const purpose: CallPurpose = { phase: "ballot", round: 1, candidates, revisable: false };
    expect(await call(saying(vote("agent2", "clear")), purpose)).toMatchObject({
      type: "ballot-finished",
      reply: { kind: "vote", candidate: "y", reason: "clear" },
    });
  });
});

describe("a call that fails", () => {
  it("is a fact with code, message, wait and cost", async () => {
    const error = new MassgenError("rate-limited", "slow down", { retryAfterMs: 900, usage: { inputTokens: 3 } });
    expect(await call(saying({ error }))).toEqual({
      type: "call-failed",
      callId: "call-1",
      failure: { code: "rate-limited", message: "slow down", retryAfterMs: 900 },
      begun: false,
      replyChars: 0,
      usage: { inputTokens: 3 },
    });
  });

  it.each<[unknown, object]>([
    [{ code: "new-code-of-tomorrow" }, { code: "internal", message: "odd" }],
    [{ code: "constructor" }, { code: "internal", message: "odd" }],
    [{ code: null }, { code: "internal", message: "odd" }],
    [
      { code: "rate-limited", retryAfterMs: "soon" },
      { code: "rate-limited", message: "odd" },
    ],
    [
      { code: "rate-limited", retryAfterMs: NaN, status: Infinity },
      { code: "rate-limited", message: "odd" },
    ],
    [
      { code: "invalid-request", param: { a: 1 } },
      { code: "invalid-request", message: "odd" },
    ],
    [
      { code: "timeout", message: { a: 1 } },
      { code: "timeout", message: "the provider failed unexpectedly" },
    ],
  ])("holds an error to its form: %j", async (fields, failure) => {
    const error = Object.assign(new MassgenError("internal", "odd"), fields);
    expect(await call(streaming([], error))).toMatchObject({ type: "call-failed", failure });
    const made = (await call(streaming([], error))) as { failure: object };
    expect(made.failure).toEqual(failure);
  });

  it("is a failure of that call whatever is thrown", async () => {
    const broken = (): never => {
      throw new Error("trap");
    };
    const trap = new Proxy(new MassgenError("internal", "x"), { get: broken, getPrototypeOf: broken });
    const mute = Object.defineProperty(new Error("x"), "name", { get: broken });
    for (const thrown of [null, 5, Object.create(null), trap, mute]) {
      expect(await call({ contract: 1, model: "m", stream: () => rejecting(thrown) })).toMatchObject({
        type: "call-failed",
        failure: { code: "internal", message: expect.stringMatching(/^the provider failed unexpectedly/) },
      });
    }
  });

  it("is not overloaded once it has begun", async () => {
    const error = new MassgenError("overloaded", "busy");
    expect(await call(streaming([], error))).toMatchObject({ failure: { code: "overloaded" } });
    const late = streaming([{ type: "text-delta", text: "half" }], error);
    expect(await call(late)).toMatchObject({ failure: { code: "upstream-failed" } });
  });

  it("says whether the model had begun", async () => {
    const error = new MassgenError("connection", "it broke");
    expect(await call(streaming([{ type: "reasoning-delta", text: "Hm" }], error))).toMatchObject({ begun: true });
    expect(await call(streaming([], error))).toMatchObject({ begun: false });
  });

  it("is truncated when the model ends without a finish", async () => {
    expect(await call(streaming([{ type: "text-delta", text: "half" }]))).toMatchObject({
      type: "call-failed",
      failure: { code: "truncated" },
      begun: true,
    });
  });

  it("survives a provider that throws before it returns anything", async () => {
    const broken: ChatModel = {
      contract: 1,
      model: "m",
      stream: () => {
        throw new TypeError("no such thing");
      },
    };
    expect(await call(broken)).toMatchObject({ failure: { code: "internal" } });
  });

  it("says what is wrong with a stream() that is no generator, and hears what that throws", async () => {
    const stream = (async () => {
      throw new TypeError("no such thing");
    }) as unknown as ChatModel["stream"];
    const unheard: unknown[] = [];
    const hear = (error: unknown): unknown => unheard.push(error);
    process.on("unhandledRejection", hear);
    try {
      expect(await call({ contract: 1, model: "m", stream })).toMatchObject({
        failure: {
          code: "internal",
          message: expect.stringMatching(/gave a promise instead of events: .*async \*stream/),
        },
      });
      // Node tells of it when the microtasks are over.
      await new Promise(setImmediate);
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(unheard).toEqual([]);
  });
});

describe("what is told of an error", () => {
  it.each([
    ["an error", new TypeError("key sk-secret was refused"), "TypeError"],
    ["no error at all", "sk-secret", "string"],
  ])("that no provider made (%s) is only its kind: nobody has redacted it", async (_, error, kind) => {
    expect(await call(streaming([], error))).toMatchObject({
      failure: { code: "internal", message: `the provider failed unexpectedly (${kind})` },
    });
  });

  it("of a provider's own keeps the parameter it complained about", async () => {
    const error = new MassgenError("invalid-request", "too hot", { param: "temperature" });
    expect(await call(saying({ error }))).toMatchObject({
      failure: { code: "invalid-request", message: "too hot", param: "temperature" },
    });
  });
});

describe("an answer that grows too long", () => {
  const tooLong = {
    type: "call-failed",
    begun: true,
    failure: {
      code: "invalid-response",
      message: "the answer was stopped after 12 characters, the most that max_answer_chars allows",
    },
  };
  const finish: ModelEvent = { type: "finish", reason: "stop" };

  /** Goes on until it is told to end, and says then what that came to. */
  const obedient: ChatModel = {
    contract: 1,
    model: "m",
    stream: async function* ({ signal }) {
      for (;;) {
        if (signal?.aborted)
          throw new MassgenError("aborted", "told to", { usage: { inputTokens: 7, outputTokens: 3 } });
        yield { type: "text-delta", text: "on and" };
      }
    },
  };

  it("tells the model to end, and keeps what it says of its cost", async () => {
    const usage = { inputTokens: 7, outputTokens: 3 };
    expect(await call(obedient, draft, 12)).toMatchObject({ ...tooLong, usage });
  });

  it("ends the call at the first piece that is too much, also of a model that takes no notice", async () => {
    let read = 0;
    let closed = false;
    const endless: ChatModel = {
      contract: 1,
      model: "m",
      stream: async function* () {
        try {
          for (;;) {
            read += 1;
            yield { type: "text-delta", text: "on and" };
          }
        } finally {
          closed = true;
        }
      },
    };
    expect(await call(endless, draft, 12)).toMatchObject(tooLong);
    expect([read, closed]).toEqual([4, true]);
  });

  it("counts text, reasoning and tool calls together", async () => {
    const events: readonly ModelEvent[] = [
      { type: "reasoning-delta", text: "Hm." },
      { type: "text-delta", text: "Yes." },
      { type: "tool-call", id: "call_1", name: "look", arguments: "1" },
    ];
    expect(await call(streaming([...events, finish]), draft, 12)).toMatchObject({ reply: { text: "Yes." } });
    expect(await call(streaming([...events, { type: "text-delta", text: "!" }, finish]), draft, 12)).toMatchObject(
      tooLong,
    );
  });

  it("hands on nothing beyond the limit", async () => {
    const handed: string[] = [];
    const take = async (text: string): Promise<void> => void handed.push(text);
    const model = streaming(["one ", "two ", "three "].map((text) => ({ type: "text-delta", text })));
    const order: CallOrder = {
      callId: "call-1",
      agentId: "ada",
      model: "primary",
      purpose: { phase: "draft", solo: true },
    };
    await makeCall(model, { messages }, new AbortController(), order, rules, 10, { content: take, reasoning: take });
    expect(handed).toEqual(["one ", "two "]);
  });
});
