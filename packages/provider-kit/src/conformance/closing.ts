import assert from "node:assert/strict";
import { beginning, beginStream, framed, greeting, starting } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { turns, within } from "./patience.ts";
import { assertCode, assertSame } from "./same.ts";
import type { LoopbackUpstream } from "./upstream.ts";

/** Promise 3: aborting and leaving early close the connection, a whole answer keeps it. */
export const closingCases: readonly ServiceCase[] = [
  {
    promise: 3,
    name: "abort before the headers closes the connection",
    async run({ model, answerBy, upstream }) {
      const controller = new AbortController();
      answerBy(() => controller.abort());
      const { error } = await collect(model.stream({ ...hello, signal: controller.signal }));
      assertCode(error, "aborted");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "abort between the headers and the answer closes the connection",
    async run({ model, answerBy, upstream }) {
      const controller = new AbortController();
      answerBy(({ response }) => {
        beginStream(response).flushHeaders();
        // Both ends live in this process: some turns later the headers have arrived.
        void turns(10).then(() => controller.abort());
      });
      const { error } = await collect(model.stream({ ...hello, signal: controller.signal }));
      assertCode(error, "aborted");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "abort in the middle of an answer closes the connection, and what came before stays delivered",
    async run({ model, dialect, answerBy, upstream }) {
      const controller = new AbortController();
      answerBy(starting(framed(dialect.answer(beginning))));
      const { error, text } = await collect(model.stream({ ...hello, signal: controller.signal }), () =>
        setImmediate(() => controller.abort()),
      );
      assertCode(error, "aborted");
      assertSame(text, "Hel", "the text that came before the abort");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "an abort's reason, whatever it is, does not change the code",
    async run({ model, dialect, answerBy, upstream }) {
      const controller = new AbortController();
      answerBy(starting(framed(dialect.answer(beginning))));
      const { error } = await collect(model.stream({ ...hello, signal: controller.signal }), () =>
        setImmediate(() => controller.abort(new TypeError("enough"))),
      );
      assertCode(error, "aborted");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "leaving the loop closes the connection",
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer(beginning))));
      for await (const event of model.stream(hello)) if (event.type === "text-delta") break;
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "an error in the consumer's loop closes the connection",
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer(beginning))));
      const failing = async (): Promise<void> => {
        for await (const event of model.stream(hello)) if (event.type === "text-delta") throw new Error("consumer");
      };
      await assert.rejects(within(failing(), "the consumer's error"), /consumer/);
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "return() while a next() waits for the headers ends both and closes the connection",
    async run({ model, answerBy, upstream }) {
      const asked = Promise.withResolvers<void>();
      answerBy(() => asked.resolve());
      const iterator = model.stream(hello)[Symbol.asyncIterator]();
      const pending = iterator.next().catch(() => undefined);
      await within(asked.promise, "the request");
      await within(Promise.resolve(iterator.return?.()), "return() beside a pending next()");
      await within(pending, "the pending next()");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "return() while a next() waits for more ends both and closes the connection",
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer(beginning))));
      const iterator = model.stream(hello)[Symbol.asyncIterator]();
      await within(iterator.next(), "the first piece");
      const pending = iterator.next().catch(() => undefined);
      await within(Promise.resolve(iterator.return?.()), "return() beside a pending next()");
      await within(pending, "the pending next()");
      await closed(upstream);
    },
  },
  {
    promise: 3,
    name: "after a whole answer the connection is used again, though the body ends a moment after its last event",
    async run({ model, dialect, answerBy, upstream }) {
      const whole = framed(dialect.answer(greeting));
      answerBy(({ response }) => beginStream(response).write(whole, () => setImmediate(() => response.end())));
      for (let call = 0; call < 20; call += 1) {
        assertSame((await collect(model.stream(hello))).text, "Hello", `the text of call ${call + 1}`);
      }
      assert.ok(upstream.connections() <= 2, `${upstream.connections()} connections for 20 calls in a row`);
    },
  },
];

async function closed({ exchanges }: LoopbackUpstream): Promise<void> {
  assertSame(exchanges.length, 1, "requests that arrived");
  await within(exchanges[0]?.closed ?? Promise.resolve(), "the end of the connection");
}
