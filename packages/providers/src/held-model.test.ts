import { expect, test } from "vitest";
import { MassgenError, type ChatModel, type ModelEvent } from "@massgen/core/model";
import { collect } from "../fixtures/collect.ts";
import { holderOf } from "./held-error.ts";
import { heldModel } from "./held-model.ts";
import { createRedactor } from "./redact.ts";

const holder = holderOf("acme", "acme-models", createRedactor(["hush-hush"]).redact);
const acme = "backend acme: the provider package acme-models";

function modelOf(stream: ChatModel["stream"]): ChatModel {
  return heldModel({ model: "m", stream }, holder);
}

async function* throwing(error: unknown): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", text: "so far" };
  throw error;
}

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

test("capabilities are those that the model has now", () => {
  const stream = (): never => ({}) as never;
  let images = true;
  const learning = heldModel(
    {
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
  expect(heldModel({ model: "m", stream }, holder).capabilities).toEqual({});
});
