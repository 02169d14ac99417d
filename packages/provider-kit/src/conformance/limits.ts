import assert from "node:assert/strict";
import type { CallLimits } from "@massgen/core/model";
import { assertWhole, beginning, beginStream, framed, greeting, starting } from "./answers.ts";
import { hello, type ServiceBench } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { within } from "./patience.ts";
import { assertCode, assertSame } from "./same.ts";
import type { Exchange } from "./upstream.ts";

interface Stall {
  readonly name: string;
  readonly answer: (bench: ServiceBench) => (exchange: Exchange) => unknown;
  readonly limits: CallLimits;
  /** How the message names the limit. */
  readonly says: RegExp;
  readonly text: string;
}

const never = 60_000;

/** A comment that no service documents as a sign of progress. */
const noWork = ": working\n\n";

const stalls: readonly Stall[] = [
  {
    name: "a service that does not answer runs into the first-token limit",
    answer: () => () => undefined,
    limits: { firstTokenMs: 40, idleMs: never, totalMs: never },
    says: /first.token/i,
    text: "",
  },
  {
    name: "a service that stalls behind the headers runs into the first-token limit",
    answer:
      () =>
      ({ response }) =>
        beginStream(response).flushHeaders(),
    limits: { firstTokenMs: 40, idleMs: never, totalMs: never },
    says: /first.token/i,
    text: "",
  },
  {
    name: "a service that stalls in the middle of an answer runs into the idle limit",
    answer: ({ dialect }) => starting(framed(dialect.answer(beginning))),
    limits: { firstTokenMs: never, idleMs: 40, totalMs: never },
    says: /idle/i,
    text: "Hel",
  },
  {
    name: "a service that does not answer runs into the total limit, if that is the shortest",
    answer: () => () => undefined,
    limits: { firstTokenMs: never, idleMs: never, totalMs: 40 },
    says: /total/i,
    text: "",
  },
  {
    name: "a service that stalls in the middle of an answer runs into the total limit, if that is the shortest",
    answer: ({ dialect }) => starting(framed(dialect.answer(beginning))),
    limits: { firstTokenMs: never, idleMs: never, totalMs: 2000 },
    says: /total/i,
    text: "Hel",
  },
];

/** Promise 10: limits. */
export const limitCases: readonly ServiceCase[] = [
  ...stalls.map(({ name, answer, limits, says, text }): ServiceCase => ({
    promise: 10,
    name: `${name}, and the connection is closed`,
    async run(bench) {
      // A first call may have to load modules, which must not count against the limit.
      await collect(bench.model.stream(hello));
      bench.answerBy(answer(bench));
      const got = await collect(bench.model.stream({ ...hello, limits }));
      assertCode(got.error, "timeout");
      assertSame(got.text, text, "the text before the limit");
      const message = got.error?.message ?? "";
      assert.match(message, says, `the message has to name the limit (${String(says)}), but is "${message}"`);
      await within(bench.upstream.exchanges[1]?.closed ?? Promise.resolve(), "the end of the connection");
    },
  })),
  {
    promise: 10,
    name: "an answer that goes on and on runs into the total limit",
    async run({ model, dialect, answerBy, upstream }) {
      await collect(model.stream(hello));
      const steps = Array.from({ length: 400 }, () => "on ");
      const events = dialect.answer({ text: steps });
      answerBy(({ response }) => {
        beginStream(response);
        const rest = events.values();
        const timer = setInterval(() => {
          const { value: event } = rest.next();
          if (event === undefined || response.destroyed) return clearInterval(timer);
          response.write(framed([event]));
        }, 5);
      });
      const got = await collect(
        model.stream({ ...hello, limits: { firstTokenMs: never, idleMs: never, totalMs: 200 } }),
      );
      assertCode(got.error, "timeout");
      const message = got.error?.message ?? "";
      assert.match(message, /total/i, `the message has to name the total limit, but is "${message}"`);
      await within(upstream.exchanges[1]?.closed ?? Promise.resolve(), "the end of the connection");
    },
  },
  {
    promise: 10,
    name: "until the first token the first-token limit runs, not the idle limit, whatever arrives",
    async run({ model, dialect, answerBy }) {
      await collect(model.stream(hello));
      const idleMs = 600;
      const whole = framed(dialect.answer(greeting));
      answerBy(({ response }) => {
        beginStream(response).write(noWork);
        setTimeout(() => response.end(whole), idleMs + 100);
      });
      assertWhole(await collect(model.stream({ ...hello, limits: { firstTokenMs: never, idleMs } })), greeting);
    },
  },
  ...[
    { when: "before the first token", sent: "", limits: { firstTokenMs: 300, idleMs: never }, says: /first.token/i },
    { when: "in a pause", sent: "Hel", limits: { firstTokenMs: never, idleMs: 1500 }, says: /idle/i },
  ].map(({ when, sent, limits, says }): ServiceCase => ({
    promise: 10,
    name: `bytes that are no sign of work extend no limit, ${when}`,
    async run({ model, dialect, answerBy }) {
      await collect(model.stream(hello));
      answerBy(({ response }) => {
        beginStream(response).write(sent === "" ? noWork : framed(dialect.answer(beginning)));
        const timer = setInterval(() => response.write(noWork), 20);
        response.on("close", () => clearInterval(timer));
      });
      const { text, error } = await collect(model.stream({ ...hello, limits: { ...limits, totalMs: 6000 } }));
      assertSame(text, sent, "the text before the limit");
      assertCode(error, "timeout");
      const message = error?.message ?? "";
      assert.match(message, says, `the message has to name the limit (${String(says)}), but is "${message}"`);
    },
  })),
];
