import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { contractVersion, type ChatModel, type ChatRequest, type ModelEvent, type Sampling } from "@massgen/core/model";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ModelCase } from "./kit-case.ts";
import { turns, within } from "./patience.ts";
import { assertCode, assertSame } from "./same.ts";
import { timersLeftBy } from "./timers-left.ts";

/** Cases that need only an ordinary answer of the service. */
export const modelCases: readonly ModelCase[] = [
  {
    promise: 1,
    name: "a model says which version of the contract it keeps",
    async run({ model }) {
      assertSame(model.contract, contractVersion, "contract, the version that this kit checks");
    },
  },
  {
    promise: 1,
    name: "extras for another backend type are not sent",
    async run({ model, upstream }) {
      const extras = { "another-type": { kit_extra: "for-another-4711" } };
      const { error } = await collect(model.stream({ ...hello, extras }));
      assertSame(error?.message, undefined, "the error of a call with extras for another type");
      const sent = JSON.stringify(upstream.exchanges.map(({ body }) => body));
      assert.ok(!sent.includes("for-another-4711"), `extras for another type must not be sent, but were: ${sent}`);
    },
  },
  {
    promise: 1,
    name: "a signal that is already aborted sends nothing and throws aborted",
    async run({ model, upstream }) {
      const { error, events } = await collect(model.stream({ ...hello, signal: AbortSignal.abort() }));
      assertCode(error, "aborted");
      assertSame(events, [], "events of a call that was aborted before it began");
      await turns();
      assertSame(upstream.connections(), 0, "connections that were opened all the same");
    },
  },
  {
    promise: 2,
    name: "after the finish there is nothing more",
    async run({ model }) {
      const iterator = iterate(model);
      let last: ModelEvent | undefined;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) last = next.value;
      assertSame(last?.type, "finish", "the type of the last event");
      for (let again = 0; again < 2; again += 1) {
        assertSame((await within(iterator.next(), "a next() after the end")).done, true, "done, after the finish");
      }
    },
  },
  {
    promise: 2,
    name: "an abort after the finish changes nothing",
    async run({ model }) {
      const controller = new AbortController();
      const { error, finish } = await collect(
        model.stream({ ...hello, signal: controller.signal }),
        (event) => event.type === "finish" && controller.abort(),
      );
      assertSame([error?.code, finish?.type], [undefined, "finish"], "error and end of a call that was whole");
    },
  },
  {
    promise: 2,
    name: "a model answers call after call, and calls side by side",
    async run({ model }) {
      const alone = await collect(model.stream(hello));
      const both = await Promise.all([collect(model.stream(hello)), collect(model.stream(hello))]);
      for (const { error, text } of [alone, ...both]) {
        assertSame([error?.message, text], [undefined, alone.text], "error and text of each of three calls");
      }
    },
  },
  {
    promise: 2,
    name: "droppedParameters names sampling parameters that were asked for, or is absent",
    async run({ model }) {
      const asked = Object.keys(allSampling);
      const plain = await collect(model.stream(hello));
      assertSame(plain.finish?.droppedParameters, undefined, "nothing was asked for, so nothing was dropped");
      const { finish, error } = await collect(model.stream({ ...hello, sampling: allSampling }));
      assert.equal(error, undefined, `sampling parameters made the call fail: ${error?.message}`);
      const dropped = finish?.droppedParameters;
      if (dropped === undefined) return;
      assert.notDeepEqual(dropped, [], "nothing dropped is said by leaving it out");
      assert.equal(new Set(dropped).size, dropped.length, `droppedParameters names some twice: ${dropped.join(", ")}`);
      const others = dropped.filter((name) => !asked.includes(name));
      assertSame(others, [], "names in droppedParameters that are none of Sampling's");
    },
  },
  {
    promise: 3,
    name: "an abort while the consumer is busy throws aborted instead of the next event",
    async run({ model }) {
      const controller = new AbortController();
      const { error, events } = await collect(model.stream({ ...hello, signal: controller.signal }), () =>
        controller.abort(),
      );
      if (events[0]?.type === "finish") return;
      assertCode(error, "aborted");
      assertSame(events.length, 1, "events that came, the one that was in hand at the abort included");
    },
  },
  {
    promise: 3,
    name: "return() before the first next() sends nothing and ends the stream",
    async run({ model, upstream }) {
      const iterator = iterate(model);
      await within(Promise.resolve(iterator.return?.()), "return()");
      assertSame((await within(iterator.next(), "a next() after return()")).done, true, "done, after return()");
      await turns();
      assertSame(upstream.connections(), 0, "connections that were opened all the same");
    },
  },
  {
    promise: 3,
    name: "no listener stays on the caller's signal, however a call ends",
    async run({ model }) {
      const controller = new AbortController();
      const request = { ...hello, signal: controller.signal };
      const left = (): number => getEventListeners(controller.signal, "abort").length;
      await collect(model.stream(request));
      await turns();
      assertSame(left(), 0, "listeners on the caller's signal after a whole answer");
      for await (const event of model.stream(request)) if (event.type !== "reasoning-delta") break;
      await turns();
      assertSame(left(), 0, "listeners on the caller's signal after an early exit");
      await collect(model.stream(request), () => controller.abort());
      await turns();
      assertSame(left(), 0, "listeners on the caller's signal after an abort");
    },
  },
  {
    promise: 8,
    name: "a conversation with tool calls made elsewhere is taken",
    async run({ model }) {
      const { error, finish } = await collect(model.stream(conversation));
      assertSame([error?.message, finish?.type], [undefined, "finish"], "error and end");
    },
  },
  {
    promise: 10,
    name: "time in which the consumer does not ask counts against no limit",
    async run({ model }) {
      await collect(model.stream(hello));
      const limits = { firstTokenMs: 400, idleMs: 400, totalMs: 400 };
      const iterator = iterate(model, { ...hello, limits });
      let next = await iterator.next();
      await delay(450);
      while (!next.done) next = await iterator.next();
    },
  },
  {
    promise: 10,
    name: "no timer is left that would keep a process alive",
    async run({ model }) {
      const limits = { firstTokenMs: 60_000, idleMs: 60_000, totalMs: 60_000 };
      const left = await timersLeftBy(async () => {
        await collect(model.stream({ ...hello, limits }));
        for await (const event of model.stream({ ...hello, limits })) if (event.type !== "reasoning-delta") break;
      });
      assertSame(left, 0, "timers left");
    },
  },
];

const allSampling: Required<Sampling> = {
  temperature: 0.5,
  topP: 0.9,
  maxOutputTokens: 100,
  stop: ["END"],
  seed: 7,
  frequencyPenalty: 0.1,
  presencePenalty: 0.1,
  reasoningEffort: "low",
};

const conversation: ChatRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "What is there?" }] },
    {
      role: "assistant",
      content: "",
      toolCalls: [
        { id: "call_1", name: "look", arguments: "{}", opaque: { provider: "another", signature: "x" } },
        { id: "call_2", name: "look", arguments: '{"far":true}' },
      ],
    },
    { role: "tool", toolCallId: "call_1", name: "look", content: "a tree" },
    { role: "tool", toolCallId: "call_2", content: "a hill" },
    { role: "assistant", content: "A tree and a hill." },
    { role: "system", content: "Now be kind as well." },
    { role: "user", content: "Thanks. And now?" },
  ],
};

function iterate(model: ChatModel, request: ChatRequest = hello): AsyncIterator<ModelEvent> {
  return model.stream(request)[Symbol.asyncIterator]();
}
