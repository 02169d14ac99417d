import assert from "node:assert/strict";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { turns } from "./patience.ts";
import { assertSame } from "./same.ts";

/** Promise 1, where the service can see it. */
export const sendingCases: readonly ServiceCase[] = [
  {
    promise: 1,
    name: "a stream that nobody reads sends nothing",
    async run({ model, upstream }) {
      const unread = model.stream(hello);
      const iterator = unread[Symbol.asyncIterator]();
      await turns(20);
      assertSame(upstream.connections(), 0, "connections before the first next()");
      await collect(model.stream(hello));
      assertSame(upstream.exchanges.length, 1, "requests after one of two streams was read");
      await iterator.return?.();
    },
  },
  {
    promise: 1,
    name: "one call sends one request, with the model's question in it",
    async run({ model, upstream }) {
      const { text, error } = await collect(model.stream({ messages: [{ role: "user", content: "Why 4711?" }] }));
      assertSame([error?.message, text], [undefined, "Hello"], "error and text");
      assertSame(upstream.exchanges.length, 1, "requests of one call");
      const sent = JSON.stringify(upstream.exchanges[0]?.body);
      assert.ok(sent.includes("Why 4711?"), `the request has to hold the question "Why 4711?", but is ${sent}`);
    },
  },
  {
    promise: 1,
    name: "extras for the model's own backend type reach the service",
    needs: ["extras"],
    async run({ model, upstream, extrasType = "" }) {
      const { error } = await collect(model.stream({ ...hello, extras: { [extrasType]: { kit_extra: "4711" } } }));
      assertSame(error?.message, undefined, "the error of a call with extras");
      const sent = JSON.stringify(upstream.exchanges[0]?.body);
      assert.ok(sent.includes('"kit_extra":"4711"'), `the request has to hold the extras as written, but is ${sent}`);
    },
  },
  {
    promise: 1,
    name: "what is sent goes through the host's fetch",
    async run({ model, upstream, fetches }) {
      await collect(model.stream(hello));
      assertSame(upstream.exchanges.length, 1, "requests of one call");
      assertSame(fetches(), 1, "those of them that went through context.fetch");
    },
  },
];
