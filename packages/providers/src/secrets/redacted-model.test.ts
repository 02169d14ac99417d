import { MassgenError, type ModelEvent } from "@massgen/core/model";
import { expect, test } from "vitest";
import { collect } from "../../fixtures/collect.ts";
import { createRedactor } from "../redact.ts";
import { modelCall } from "@massgen/provider-kit/wire";
import { withoutSecrets } from "./redacted-model.ts";

const key = "k3y-with/odd+chars";
const redactor = createRedactor([key]);
const finish: ModelEvent = { type: "finish", reason: "stop" };
const text = (piece: string): ModelEvent => ({ type: "text-delta", text: piece });
const thought = (piece: string): ModelEvent => ({ type: "reasoning-delta", text: piece });

async function redacted(events: readonly ModelEvent[], thrown?: Error): ReturnType<typeof collect> {
  const model = withoutSecrets(
    {
      contract: 1,
      model: "m",
      async *stream() {
        yield* events;
        if (thrown !== undefined) throw thrown;
      },
    },
    redactor,
  );
  return collect(model.stream({ messages: [] }));
}

test("a key goes from text and reasoning, split at every place, and what stands around it stays", async () => {
  for (let at = 0; at <= key.length; at += 1) {
    for (const kind of [text, thought]) {
      const said = `the key is ${key}, is it not`;
      const { events } = await redacted([kind(said.slice(0, 11 + at)), kind(said.slice(11 + at)), finish]);
      const pieces = events.map((event) => ("text" in event ? event.text : ""));
      expect(pieces.join("")).toBe("the key is [redacted], is it not");
      expect(events.at(-1)).toEqual(finish);
    }
  }
});

test("a key goes from events that one network read brings together, split at every place, and comes before an error", async () => {
  const said = `the key is ${key}, is it not`;
  for (let at = 0; at <= key.length; at += 1) {
    const batch = function* (): Generator<ModelEvent> {
      for (const piece of [said.slice(0, 11 + at), said.slice(11 + at), " see k3y"]) yield text(piece);
      throw new MassgenError("truncated", "broken");
    };
    const run = async function* (): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
      yield batch();
    };
    const model = withoutSecrets(
      { contract: 1, model: "m", stream: (request) => modelCall("m", request, run) },
      redactor,
    );
    const { events, error } = await collect(model.stream({ messages: [] }));
    const pieces = events.map((event) => ("text" in event ? event.text : ""));
    expect(pieces.join("")).toBe("the key is [redacted], is it not see k3y");
    expect(error?.message).toBe("broken");
  }
});

test("letter by letter, and with reasoning in between", async () => {
  const mixed = key.split("").flatMap((letter) => [text(letter), thought(letter)]);
  const { events } = await redacted([...mixed, finish]);
  const of = (type: string): string =>
    events.map((event) => ("text" in event && event.type === type ? event.text : "")).join("");
  expect([of("text-delta"), of("reasoning-delta")].join(" ")).not.toContain(key.slice(4));
  expect(events.at(-1)).toEqual(finish);
});

test("events without a secret pass as they are, one for one", async () => {
  const events: ModelEvent[] = [
    thought("Hm."),
    text("It is"),
    text(""),
    text(" 100."),
    { ...finish, usage: { inputTokens: 5 } },
  ];
  expect((await redacted(events)).events).toEqual(events);
});

test("what was held comes before the finish, before a tool call and before an error", async () => {
  expect((await redacted([text("see k3y"), finish])).events).toEqual([text("see "), text("k3y"), finish]);
  const call: ModelEvent = { type: "tool-call", id: "1", name: "f", arguments: "{}" };
  expect((await redacted([text("k3y"), call, finish])).events).toEqual([text("k3y"), call, finish]);
  const { events, error } = await redacted([text("see k3y-wi")], new MassgenError("truncated", "broken"));
  expect([events, error?.message]).toEqual([[text("see "), text("k3y-wi")], "broken"]);
});

test("names and ids of tool calls lose a key in any spelling, arguments as it is; what is opaque stays", async () => {
  const call: ModelEvent = {
    type: "tool-call",
    id: `call-${Buffer.from(key).toString("hex")}`,
    name: encodeURIComponent(key),
    arguments: JSON.stringify({ url: `https://h/?k=${key}`, encoded: encodeURIComponent(key) }),
    opaque: { signature: key },
  };
  expect((await redacted([call, finish])).events[0]).toEqual({
    type: "tool-call",
    id: "call-[redacted]",
    name: "[redacted]",
    arguments: `{"url":"https://h/?k=[redacted]","encoded":"${encodeURIComponent(key)}"}`,
    opaque: { signature: key },
  });
});

test("extra fields of tool calls, which clients get, lose a key in any spelling, in names and in values", async () => {
  const call = { type: "tool-call", id: "1", name: "f", arguments: "{}" } as const;
  const encoded = Buffer.from(key).toString("base64");
  const opaque = {
    provider: "x",
    fields: { extra_content: { signature: `a ${key}`, list: [encoded], n: 1 }, [key]: true },
    functionFields: { hint: key },
  };
  const untouched = { provider: "x", fields: { extra_content: { signature: "abc" } } };
  const { events } = await redacted([{ ...call, opaque }, { ...call, opaque: untouched }, finish]);
  expect(events.slice(0, 2)).toEqual([
    {
      ...call,
      opaque: {
        provider: "x",
        fields: {
          extra_content: { signature: "a [redacted]", list: [expect.stringMatching(/^\[redacted\]/)], n: 1 },
          "[redacted]": true,
        },
        functionFields: { hint: "[redacted]" },
      },
    },
    { ...call, opaque: untouched },
  ]);
  expect(JSON.stringify(events)).not.toContain(encoded.slice(0, 12));
});

test("leaving reaches the model, also while it is asked", async () => {
  const left = Promise.withResolvers<string>();
  const stream = withoutSecrets(
    {
      contract: 1,
      model: "m",
      stream: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<IteratorResult<ModelEvent>>(() => {}),
          return: () => {
            left.resolve("left");
            return Promise.resolve({ done: true, value: undefined });
          },
        }),
      }),
    },
    redactor,
  ).stream({ messages: [] });
  const iterator = stream[Symbol.asyncIterator]();
  void iterator.next();
  await iterator.return?.();
  expect(await left.promise).toBe("left");
});

test("a key goes from what a provider says in its own words", async () => {
  const raw = { reason: "stop", responseId: `answer to ${key}`, servedModel: "m-2026" };
  const model = withoutSecrets(
    {
      contract: 1,
      model: "m",
      async *stream() {
        yield { type: "finish", reason: "stop", raw };
      },
    },
    redactor,
  );
  const events = await Array.fromAsync(model.stream({ messages: [] }));
  expect(events).toEqual([{ type: "finish", reason: "stop", raw: { ...raw, responseId: "answer to [redacted]" } }]);
});
