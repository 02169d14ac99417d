import { describe, expect, it, test } from "vitest";
import { MassgenError, type ChatModel, type ModelEvent } from "@massgen/core/model";
import { collect } from "../fixtures/collect.ts";
import { holderOf } from "./held-error.ts";
import { heldModel } from "./held-model.ts";
import { createRedactor } from "./redact.ts";

const holder = holderOf("acme", "acme-models", createRedactor(["hush-hush", "hush_hush_9"]).redact);
const acme = "backend acme: the provider package acme-models";

function modelOf(stream: ChatModel["stream"]): ChatModel {
  return heldModel({ contract: 1, model: "m", stream }, holder);
}

async function* throwing(error: unknown): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", text: "so far" };
  throw error;
}

test("what a promise in place of a stream is rejected with is heard", async () => {
  const stream = (async () => {
    throw new Error("no such thing");
  }) as unknown as ChatModel["stream"];
  const unheard: unknown[] = [];
  const hear = (error: unknown): unknown => unheard.push(error);
  process.on("unhandledRejection", hear);
  try {
    const { error } = await collect(modelOf(stream).stream({ messages: [] }));
    expect(error?.message).toContain(`${acme} returned a promise from stream(), which is no AsyncIterable`);
    // Node tells of it when the microtasks are over.
    await new Promise(setImmediate);
  } finally {
    process.off("unhandledRejection", hear);
  }
  expect(unheard).toEqual([]);
});

test("events pass as they are, one pull at a time, and nothing happens before the first", async () => {
  let pulled = 0;
  const model = modelOf(async function* () {
    for (const text of ["a", "b"]) {
      pulled += 1;
      yield { type: "text-delta", text };
    }
    yield { type: "finish", reason: "stop" };
  });
  const events = model.stream({ messages: [] })[Symbol.asyncIterator]();
  expect(pulled).toBe(0);
  expect(await events.next()).toEqual({ done: false, value: { type: "text-delta", text: "a" } });
  expect(pulled).toBe(1);
  const { text, events: all } = await collect(model.stream({ messages: [] }));
  expect([text, all.at(-1)]).toEqual(["ab", { type: "finish", reason: "stop" }]);
});

test("an error that is no MassgenError is internal, its words without secrets, files and frames", async () => {
  const error = new TypeError("key hush-hush is bad\n    at call (/srv/acme/index.js:1:2)", {
    cause: new Error("hush-hush"),
  });
  const { text, error: thrown } = await collect(modelOf(() => throwing(error)).stream({ messages: [] }));
  expect(text).toBe("so far");
  expect(thrown).toMatchObject({
    code: "internal",
    message: `${acme} threw TypeError: key [redacted] is bad; tell its author`,
    cause: { message: expect.stringMatching(/^key \[redacted\] is bad/), cause: { message: "[redacted]" } },
  });
});

test("what is thrown before there is a stream, and what is no error, is internal as well", async () => {
  const sync = modelOf(() => {
    throw new RangeError("no");
  });
  const { error } = await collect(sync.stream({ messages: [] }));
  expect(error).toMatchObject({ code: "internal", message: `${acme} threw RangeError: no; tell its author` });
  const none = modelOf(() => undefined as never);
  expect((await collect(none.stream({ messages: [] }))).error?.code).toBe("internal");
  // oxlint-disable-next-line no-throw-literal -- what a careless provider does
  const odd = await collect(modelOf(() => throwing("hush-hush")).stream({ messages: [] }));
  expect(odd.error?.message).toBe(`${acme} threw string; tell its author`);
});

test("a MassgenError keeps all it says, redacted", async () => {
  const error = new MassgenError("rate-limited", "slow down, hush-hush", {
    retryAfterMs: 5,
    usage: { inputTokens: 1 },
    param: "p",
    status: 429,
    cause: "hush-hush",
  });
  expect((await collect(modelOf(() => throwing(error)).stream({ messages: [] }))).error).toMatchObject({
    code: "rate-limited",
    message: "slow down, [redacted]",
    retryAfterMs: 5,
    usage: { inputTokens: 1 },
    param: "p",
    status: 429,
    cause: "[redacted]",
  });
});

test("leaving early reaches the model at once, also while it is asked for the next event", async () => {
  const left = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const model = modelOf(() => ({
    [Symbol.asyncIterator]: () => ({
      next: () => {
        asked.resolve();
        return new Promise<IteratorResult<ModelEvent>>(() => {});
      },
      return: () => {
        left.resolve("left");
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  }));
  const events = model.stream({ messages: [] })[Symbol.asyncIterator]();
  const pending = events.next();
  await asked.promise;
  await events.return?.();
  expect(await left.promise).toBe("left");
  expect(await pending).toEqual({ done: true, value: undefined });
});

test("leaving before the first event, or a model that cannot be left, is no error", async () => {
  const never = modelOf(() => {
    throw new Error("never asked");
  });
  expect(await never.stream({ messages: [] })[Symbol.asyncIterator]().return?.()).toMatchObject({ done: true });
});

test.each([
  [2048, { contextTokens: 2048 }],
  ["2048", {}],
  [-1, {}],
  [0.5, {}],
  [Number.NaN, {}],
])("a context window of %j is a number of tokens, or not known", (contextTokens, known) => {
  const made = { contract: 1, model: "m", stream: () => [], capabilities: { contextTokens } };
  expect(heldModel(made, holder).capabilities).toEqual(known);
});

test("capabilities are those that the model has now", () => {
  const stream = (): never => ({}) as never;
  let images = true;
  const learning = heldModel(
    {
      contract: 1,
      model: "m",
      stream,
      get capabilities() {
        return { images };
      },
    },
    holder,
  );
  expect(learning.capabilities).toEqual({ images: true });
  images = false;
  expect(learning.capabilities).toEqual({ images: false });
  expect(heldModel({ contract: 1, model: "m", stream }, holder).capabilities).toEqual({});
});

describe("what a package does wrong is an error of its call that says so:", () => {
  const finish: unknown = { type: "finish", reason: "stop" };
  const text: unknown = { type: "text-delta", text: "hi" };
  const trap = (): never => {
    throw new Error("trap");
  };
  const proxy = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap });
  const of = (...events: unknown[]): ChatModel["stream"] =>
    async function* () {
      yield* events as ModelEvent[];
    };
  const iterating = (next: () => unknown): ChatModel["stream"] =>
    (() => ({ [Symbol.asyncIterator]: () => ({ next }) })) as never;
  const marked = (fields: object): unknown =>
    Object.defineProperty(Object.assign(new Error("odd hush-hush"), fields), Symbol.for("massgen.error"), {
      value: true,
    });
  const throwing = (thrown: unknown): ChatModel["stream"] => iterating(() => Promise.reject(thrown));

  const cases: readonly (readonly [what: string, stream: ChatModel["stream"], says: string])[] = [
    ["null as an event", of(null), "yielded null instead of an event"],
    ["a text as an event", of("hi"), "yielded a string instead of an event"],
    ["an event of no type", of({}), "yielded an event of a type that is undefined"],
    ["an event of another type", of({ type: "key hush-hush" }), 'yielded an event of unknown type "key [redacted]"'],
    [
      "a type with a long key",
      of({ type: `${"-".repeat(50)}hush-hush` }),
      `yielded an event of unknown type "${"-".repeat(50)}[redacted]"`,
    ],
    ["a type that every object has", of({ type: "constructor" }), 'yielded an event of unknown type "constructor"'],
    ["a type that is no text", of({ type: Symbol("text-delta") }), "yielded an event of a type that is a symbol"],
    [
      "a proxy as an event",
      iterating(async () => ({ done: false, value: proxy })),
      "yielded an event of a type that is undefined",
    ],
    ["no text", of({ type: "text-delta" }), "yielded a text-delta whose `text` is undefined instead of a text"],
    [
      "a text object",
      of({ type: "reasoning-delta", text: new String("x") }),
      "yielded a reasoning-delta whose `text` is an object instead of a text",
    ],
    [
      "a number too large for one",
      of({ type: "text-delta", text: 5n }),
      "yielded a text-delta whose `text` is a bigint instead of a text",
    ],
    [
      "arguments as an object",
      of({ type: "tool-call", id: "1", name: "f", arguments: {} }),
      "yielded a tool-call whose `arguments` is an object instead of a text",
    ],
    [
      "a tool call without id",
      of({ type: "tool-call", id: "", name: "f", arguments: "{}" }),
      "yielded a tool-call with an empty `id`",
    ],
    [
      "an endless name",
      of({ type: "tool-call", id: "1", name: "f".repeat(2000), arguments: "" }),
      "yielded a tool-call whose `name` is longer than 1024 characters",
    ],
    [
      "tool calls for ever",
      iterating(async () => ({ done: false, value: { type: "tool-call", id: "1", name: "f", arguments: "" } })),
      "called more than 1000 tools in one answer",
    ],
    ["a finish without reason", of({ type: "finish" }), "yielded a finish with no reason"],
    [
      "a reason of its own",
      of({ type: "finish", reason: "__proto__" }),
      'yielded a finish with the unknown reason "__proto__"',
    ],
    ["an end without finish", of(text), "ended an answer without a finish event"],
    ["nothing at all", of(), "ended an answer without a finish event"],
    [
      "one huge text",
      of({ type: "text-delta", text: "x".repeat(2 ** 25) }),
      "did not stop after 33554432 characters (an event counts as 16 more, an empty one as 256)",
    ],
    [
      "empty texts for ever",
      iterating(async () => ({ done: false, value: { type: "text-delta", text: "" } })),
      "did not stop after 33554432 characters (an event counts as 16 more, an empty one as 256)",
    ],
    ["next() that gives no object", iterating(() => 5), "gave a number from next() instead of { done, value }"],
    [
      "next() that gives nothing",
      iterating(async () => undefined),
      "gave undefined from next() instead of { done, value }",
    ],
    ["next() that throws", iterating(trap), "threw Error: trap"],
    ["a result that cannot be read", iterating(() => proxy), "threw Error: trap"],
    [
      "stream() that gives nothing",
      (() => undefined) as never,
      "returned undefined from stream(), which is no AsyncIterable",
    ],
    [
      "stream() that gives an array",
      (() => [text, finish]) as never,
      "returned an array from stream(), which is no AsyncIterable",
    ],
    [
      "an iterable without iterator",
      (() => ({ [Symbol.asyncIterator]: () => 5 })) as never,
      "returned an AsyncIterable without an iterator",
    ],
    ["stream() that throws", trap, "threw Error: trap"],
    ["null thrown", throwing(null), "threw null"],
    ["a proxy thrown", throwing(proxy), "threw object"],
    [
      "a code of its own",
      throwing(marked({ code: "hush-hush" })),
      'threw an error with the unknown code "[redacted]": odd [redacted]',
    ],
    [
      "a code that every object has",
      throwing(marked({ code: "toString" })),
      'threw an error with the unknown code "toString": odd [redacted]',
    ],
    ["no code", throwing(marked({ code: null })), "threw an error without a code: odd [redacted]"],
    [
      "an abort that nobody asked for",
      throwing(marked({ code: "aborted" })),
      'threw an error with the code "aborted", which no model may',
    ],
    [
      "a run's failure",
      throwing(marked({ code: "budget-exhausted" })),
      'threw an error with the code "budget-exhausted", which no model may',
    ],
  ];
  it.each(cases)("%s", async (_, stream, says) => {
    const { error } = await collect(modelOf(stream).stream({ messages: [] }));
    expect(error).toMatchObject({ code: "internal", message: `${acme} ${says}; tell its author` });
  });

  it("what goes back with a call is JSON, read once; what cannot be written as that is a fault", async () => {
    const call = { type: "tool-call", id: "1", name: "f", arguments: "{}" };
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const thrower = {
      toJSON: () => {
        throw new Error("no");
      },
    };
    for (const opaque of [circle, revoked.proxy, thrower, 5n, () => 1, { n: 5n }]) {
      const { error } = await collect(modelOf(of({ ...call, opaque }, finish)).stream({ messages: [] }));
      const message = `${acme} yielded a tool-call whose \`opaque\` cannot be written as JSON; tell its author`;
      expect(error).toMatchObject({ code: "internal", message });
    }
    const given = { signature: "s", blocks: [{ a: 1 }], none: undefined };
    const { events } = await collect(modelOf(of({ ...call, opaque: given }, finish)).stream({ messages: [] }));
    expect(events[0]).toEqual({ ...call, opaque: { signature: "s", blocks: [{ a: 1 }] } });
    const huge = { ...call, opaque: "x".repeat(17 * 1024 * 1024) };
    const { error } = await collect(modelOf(of(huge, huge, finish)).stream({ messages: [] }));
    expect(error?.message).toContain("did not stop after");
  });

  it("the message of an error has one line, no stack and no path", async () => {
    const message =
      "boom\n    at Object.<anonymous> (/home/x/app/index.js:1:2)\n    at y (/srv/a.js:3:4)\nsee /etc/acme/x.pem";
    const stream = throwing(Object.assign(marked({ code: "upstream-failed" }) as object, { message }));
    const { error } = await collect(modelOf(stream).stream({ messages: [] }));
    expect(error).toMatchObject({ code: "upstream-failed", message: "boom see [path]" });
  });

  it("figures that are none are left out, and what an event has besides", async () => {
    const usage = { inputTokens: 5, outputTokens: -3, totalTokens: 1e9, cachedInputTokens: "5", reasoningTokens: 0.5 };
    const odd = {
      type: "finish",
      reason: "stop",
      usage,
      droppedParameters: ["seed", 5, "hush hush", "hush_hush_9"],
      more: 1,
    };
    const { events } = await collect(modelOf(of({ ...(text as object), more: 1 }, odd)).stream({ messages: [] }));
    expect(events).toEqual([
      text,
      { type: "finish", reason: "stop", usage: { inputTokens: 5 }, droppedParameters: ["seed"] },
    ]);
    const none = { type: "finish", reason: "stop", usage: { inputTokens: Number.NaN }, droppedParameters: "seed" };
    expect((await collect(modelOf(of(none)).stream({ messages: [] }))).events).toEqual([finish]);
  });

  it("a provider's own words are texts, cut, and nothing else", async () => {
    const raw = { reason: 5, responseId: "x".repeat(300), servedModel: "", more: "more" };
    const model = modelOf(of({ type: "finish", reason: "stop", raw }));
    const events = await Array.fromAsync(model.stream({ messages: [] }));
    expect(events).toEqual([{ type: "finish", reason: "stop", raw: { responseId: "x".repeat(200) } }]);
  });

  it("what an error says besides is checked as well", async () => {
    const said = async (fields: object): Promise<object> => {
      const { error } = await collect(
        modelOf(throwing(marked({ code: "rate-limited", ...fields }))).stream({ messages: [] }),
      );
      expect(error).toMatchObject({ code: "rate-limited", message: "odd [redacted]" });
      const { retryAfterMs, status, param, usage } = error ?? {};
      return JSON.parse(JSON.stringify({ retryAfterMs, status, param, usage }));
    };
    const good = { retryAfterMs: 5, status: 429, param: "messages[0].content", usage: { inputTokens: 1 } };
    expect(await said(good)).toEqual(good);
    expect(await said({ retryAfterMs: 1e300 })).toEqual({ retryAfterMs: 86_400_000 });
    for (const retryAfterMs of [-1, Number.NaN, Infinity, "soon", 5n]) expect(await said({ retryAfterMs })).toEqual({});
    for (const status of [99, 600, 429.5, "429"]) expect(await said({ status })).toEqual({});
    for (const param of [{}, "hush-hush", "a b", "x".repeat(101)]) expect(await said({ param })).toEqual({});
    expect(await said({ usage: { inputTokens: -1 } })).toEqual({});
  });

  it("nothing comes behind a finish, and the stream is closed", async () => {
    let closed = false;
    const model = modelOf(async function* () {
      try {
        yield* [text, finish, text, finish] as ModelEvent[];
      } finally {
        closed = true;
      }
    });
    expect((await collect(model.stream({ messages: [] }))).events).toEqual([text, finish]);
    expect(closed).toBe(true);
  });

  it("a field that changes while it is read is read once", async () => {
    let reads = 0;
    const changing = Object.defineProperty({ type: "text-delta" }, "text", { get: () => (reads++ === 0 ? "hi" : 5) });
    expect((await collect(modelOf(of(changing, finish)).stream({ messages: [] }))).events).toEqual([text, finish]);
  });

  it.each([
    ["first-byte", { firstTokenMs: 20, idleMs: 10_000 }, "yielded nothing within 0.02 s (first-token limit)"],
    ["total", { totalMs: 30, idleMs: 10_000 }, "was not finished after 0.03 s (total limit)"],
  ])("its %s limit runs out though it takes no notice", async (_, limits, says) => {
    const never = { next: () => new Promise(() => {}), return: trap };
    const model = modelOf((() => ({ [Symbol.asyncIterator]: () => never })) as never);
    const { error } = await collect(model.stream({ messages: [], limits }));
    expect(error).toMatchObject({
      code: "timeout",
      message: `${acme} ${says} and did not end the call itself; tell its author`,
    });
  });

  it("the pause between two events is limited too, and ends with the caller's signal", async () => {
    const stalling = modelOf(async function* () {
      yield text as ModelEvent;
      await new Promise(() => {});
    });
    const idle = await collect(stalling.stream({ messages: [], limits: { idleMs: 20 } }));
    expect([idle.text, idle.error?.message]).toEqual([
      "hi",
      `${acme} yielded nothing for 0.02 s (idle limit) and did not end the call itself; tell its author`,
    ]);
    const abort = new AbortController();
    const left = collect(stalling.stream({ messages: [], signal: abort.signal }));
    abort.abort();
    expect((await left).error).toMatchObject({ code: "aborted" });
  });

  it("one that never waits lets timers have their turn", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    let left = 200_000;
    const model = modelOf(iterating(async () => ({ done: false, value: (left -= 1) > 0 ? text : finish })));
    await collect(model.stream({ messages: [] }));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it("what it does to its request it does to its own copy", async () => {
    const opaque = new Map([["a", 1]]);
    const request = {
      messages: [
        { role: "user" as const, content: "hi" },
        { role: "assistant" as const, content: "", toolCalls: [{ id: "1", name: "f", arguments: "{}", opaque }] },
      ],
      tools: [{ name: "f", parameters: { type: "object", properties: { ["__proto__"]: {} } } }],
    };
    const before = JSON.stringify(request);
    let seen: unknown;
    const model = modelOf(async function* (own) {
      seen = own.messages.flatMap((message) =>
        message.role === "assistant" ? message.toolCalls?.map((call) => call.opaque) : [],
      );
      (own.messages as unknown[]).length = 0;
      Object.assign(own.tools?.[0]?.parameters ?? {}, { type: "owned" });
      yield finish as ModelEvent;
    });
    await collect(model.stream(request));
    expect(JSON.stringify(request)).toBe(before);
    expect((seen as unknown[])[0]).toBe(opaque);
  });

  it("a model of another version of the contract is refused where it is made", () => {
    const made = { contract: 2, model: "m", stream: async function* () {} };
    const problem = "is written for version 2 of the provider contract, and this massgen speaks version 1";
    expect(() => heldModel(made, holder)).toThrow(`${acme} made a model that ${problem}: install a newer massgen`);
  });

  it("a model that names no version keeps that of its provider", () => {
    expect(heldModel({ model: "m", stream: async function* () {} }, holder)).toMatchObject({ contract: 1, model: "m" });
  });

  it("what is no model is refused where it is made", () => {
    const message = `${acme} made no model: createModel has to return { contract, model, stream }; tell its author`;
    const none: unknown[] = [
      undefined,
      null,
      5,
      proxy,
      { model: "m" },
      { model: "", stream: trap },
      { model: 5, stream: trap },
    ];
    for (const made of none) expect(() => heldModel(made, holder)).toThrow(message);
    const named = heldModel(
      { contract: 1, model: `hush-hush${"x".repeat(500)}`, stream: trap, capabilities: proxy },
      holder,
    );
    expect([named.model.slice(0, 12), named.model.length, named.capabilities]).toEqual(["[redacted]xx", 201, {}]);
  });
});
