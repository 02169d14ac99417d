import assert from "node:assert/strict";
import type { ErrorCode } from "@massgen/core/model";
import {
  assertCalls,
  assertWhole,
  beginning,
  beginStream,
  framed,
  greeting,
  replying,
  richAnswer,
  sending,
  starting,
} from "./answers.ts";
import { hello, type ServiceBench } from "./bench.ts";
import { collect, type Collected } from "./collect.ts";
import type { ScriptedAnswer } from "./dialect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertCode, assertSame } from "./same.ts";
import type { Exchange } from "./upstream.ts";

/** Bodies with status 200 that are no answer. */
const noAnswers: readonly (readonly [name: string, kind: string, body: string])[] = [
  ["an empty body", "text/event-stream", ""],
  ["nothing but blank lines", "text/event-stream", "\n\n\n"],
  ["nothing but comments", "text/event-stream", ": hello\n\n: still here\n\n"],
  ["a web page", "text/html", "<!doctype html><html><head><title>Log in</title></head><body>Hello</body></html>"],
  ["a web page that is called an event stream", "text/event-stream", "<html><body>Log in</body></html>"],
  ["plain text", "text/plain", "the upstream is fine\n"],
  ["JSON that is no answer", "application/json", '{"status":"ok"}'],
  ["a JSON list", "application/json", "[]"],
  ["JSON null", "application/json", "null"],
];

/** What happens after an answer's first words, and the error that has to follow. */
const breaks: readonly (readonly [name: string, goOn: (exchange: Exchange) => unknown, code: ErrorCode])[] = [
  ["an end without the terminal marker", ({ response }) => response.end(), "truncated"],
  ["an end inside an event", ({ response }) => response.end('data: {"half'), "truncated"],
  ["a connection that drops", ({ response }) => response.destroy(), "connection"],
  ["an event that is no JSON", ({ response }) => response.end("data: oops\n\n"), "invalid-response"],
];

/** Promise 4: a part is never taken for the whole. */
export const wholenessCases: readonly ServiceCase[] = [
  ...noAnswers.map(([name, kind, body]): ServiceCase => ({
    promise: 4,
    name: `${name} with status 200 is an invalid response`,
    async run({ model, answerBy }) {
      answerBy(replying(200, kind, body));
      const { error, events } = await collect(model.stream(hello));
      assertCode(error, "invalid-response");
      assertSame(events, [], "events of a call that got no answer");
    },
  })),
  ...breaks.map(([name, goOn, code]): ServiceCase => ({
    promise: 4,
    name: `${name} is ${code}, and what came before stays delivered`,
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer(beginning))));
      const { error, text } = await collect(model.stream(hello), () => {
        const [exchange] = upstream.exchanges;
        if (exchange?.response.writableEnded === false) goOn(exchange);
      });
      assertCode(error, code);
      assertSame(text, "Hel", "the text before the error, which stays delivered");
    },
  })),
  {
    promise: 4,
    name: "an answer cut at any place is an error or whole, never a short success",
    async run(bench) {
      const answer = richAnswer(bench.capabilities);
      const events = bench.dialect.answer(answer);
      for (const [count, event] of events.entries()) {
        const before = framed(events.slice(0, count));
        assertWholeOrRefused(await answered(bench, before), answer, `cut behind event ${count}`);
        const half = framed([event]).slice(0, Math.ceil(framed([event]).length / 2));
        assertWholeOrRefused(await answered(bench, before + half), answer, `cut inside event ${count + 1}`);
      }
      assertWhole(await answered(bench, framed(events)), answer);
    },
  },
  {
    promise: 4,
    name: "a reason to end on every event ends nothing: what follows it belongs to the answer",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, reasonStands: "everywhere" }))));
      assertWhole(await collect(model.stream(hello)), greeting);
    },
  },
  {
    promise: 4,
    name: "an answer whose terminal marker came without a reason to end is whole, and ended by stop",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, reasonStands: "nowhere" }))));
      assertWhole(await collect(model.stream(hello)), greeting);
    },
  },
  {
    promise: 4,
    name: "an odd event that is no JSON is passed over where the answer ends well",
    async run({ model, dialect, answerBy }) {
      const events = dialect.answer(greeting).map((event) => framed([event]));
      answerBy(sending(events.join("data: ping\n\n")));
      assertWhole(await collect(model.stream(hello)), greeting);
    },
  },
  {
    promise: 4,
    name: "a connection that drops behind the last event takes nothing back",
    async run({ model, dialect, answerBy }) {
      const whole = framed(dialect.answer(greeting));
      answerBy(({ response }) => beginStream(response).write(whole, () => response.destroy()));
      assertWhole(await collect(model.stream(hello)), greeting);
    },
  },
  {
    promise: 4,
    name: "a connection that drops before the headers is connection",
    async run({ model, answerBy, upstream }) {
      answerBy(({ response }) => response.destroy());
      const { error } = await collect(model.stream(hello));
      assertCode(error, "connection");
      assertSame(upstream.exchanges.length, 1, "requests, since whether to ask again is for the host to decide");
    },
  },
  {
    promise: 4,
    name: "a whole answer in JSON instead of a stream is read as one, or refused",
    async run({ model, dialect, answerBy }) {
      const answer: ScriptedAnswer = { text: ["Hello"], finish: "stop" };
      const document = dialect.document?.(answer) ?? { answer: "Hello" };
      answerBy(replying(200, "application/json", JSON.stringify(document)));
      const got = await collect(model.stream(hello));
      if (got.error === undefined) assertWhole(got, answer);
      else {
        assertCode(got.error, "invalid-response");
        assertSame(got.text, "", "text of an answer that was refused");
      }
    },
  },
];

function answered({ model, answerBy }: ServiceBench, body: string): Promise<Collected> {
  answerBy(sending(body));
  return collect(model.stream(hello));
}

/** A truncated answer that counts as whole is the worst case, so the message says so explicitly. */
function assertWholeAfter(cut: string, got: Collected, answer: ScriptedAnswer): void {
  try {
    assertWhole(got, answer);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new assert.AssertionError({ message: `${cut}: the call finished as if the answer were whole; ${what}` });
  }
}

function assertWholeOrRefused(got: Collected, answer: ScriptedAnswer, cut: string): void {
  if (got.error === undefined) return assertWholeAfter(cut, got, answer);
  const { code } = got.error;
  assert.ok(code === "truncated" || code === "invalid-response", `${cut}: expected truncated or whole, got ${code}`);
  const text = (answer.text ?? []).join("");
  assert.ok(text.startsWith(got.text), `${cut}: expected the text to be a beginning of "${text}", got "${got.text}"`);
  assertCalls(got, { toolCalls: (answer.toolCalls ?? []).slice(0, got.calls.length) });
}
