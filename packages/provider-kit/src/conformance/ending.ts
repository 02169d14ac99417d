import assert from "node:assert/strict";
import type { ChatRequest } from "@massgen/core/model";
import { assertWhole, beginStream, framed, replying, richAnswer, sending, starting } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ScriptedAnswer } from "./dialect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { checkedEvent } from "../checked-event.ts";
import { within } from "./patience.ts";
import { assertSame } from "./same.ts";
import type { Exchange } from "./upstream.ts";

const reasons = ["stop", "length", "content-filter"] as const;

/** Promise 2: how calls end, and that what they give is what the service said. */
export const endingCases: readonly ServiceCase[] = [
  {
    promise: 2,
    name: "an answer arrives piece by piece, in order, and ends with one finish",
    async run({ model, dialect, answerBy }) {
      const answer = { text: ["One, ", "two, ", "three."], finish: "stop" } as const;
      answerBy(sending(framed(dialect.answer(answer))));
      const got = await collect(model.stream(hello));
      assertWhole(got, answer);
      const pieces = got.events.map((event) => (event.type === "text-delta" ? event.text : event.type));
      assertSame(pieces, ["One, ", "two, ", "three.", "finish"], "the pieces, as the service sent them");
    },
  },
  {
    promise: 2,
    name: "every event has the form of the contract",
    async run({ model, dialect, capabilities, answerBy }) {
      answerBy(sending(framed(dialect.answer(richAnswer(capabilities)))));
      const { events } = await collect(model.stream(hello));
      for (const event of events) {
        const kept = checkedEvent(event, (text) => text.slice(0, 60));
        assertSame(event, kept, "an event, of which a host keeps what the contract has");
      }
    },
  },
  {
    promise: 2,
    name: "reasoning is kept apart from the text",
    needs: ["reasoning"],
    async run({ model, dialect, answerBy }) {
      const answer = { reasoning: ["Hm, ", "so."], text: ["Yes."], finish: "stop" } as const;
      answerBy(sending(framed(dialect.answer(answer))));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  },
  ...reasons.map((finish): ServiceCase => ({
    promise: 2,
    name: `an answer that ended by ${finish} says so`,
    async run({ model, dialect, answerBy }) {
      const answer: ScriptedAnswer = { text: ["So far"], finish };
      answerBy(sending(framed(dialect.answer(answer))));
      assertWhole(await collect(model.stream(hello)), answer);
    },
  })),
  {
    promise: 2,
    name: "each piece is there as soon as the service sent it",
    async run({ model, dialect, answerBy, upstream }) {
      const answer = { text: ["now", " and then"], finish: "stop" } as const;
      const [now, whole] = [framed(dialect.answer({ text: ["now"] })), framed(dialect.answer(answer))];
      assert.ok(whole.startsWith(now), "the dialect's answers must begin alike when their texts do");
      answerBy(starting(now));
      const got = await collect(model.stream(hello), () => {
        const response = upstream.exchanges[0]?.response;
        if (response?.writableEnded === false) response.end(whole.slice(now.length));
      });
      assertWhole(got, answer);
    },
  },
  {
    promise: 2,
    name: "after an error there is nothing more",
    async run({ model, dialect, answerBy }) {
      answerBy(replying(500, "application/json", JSON.stringify(dialect.refusal(500, "broken"))));
      const iterator = model.stream(hello)[Symbol.asyncIterator]();
      await assert.rejects(within(iterator.next(), "the error"));
      assertSame((await within(iterator.next(), "a next() after the error")).done, true, "done, after the error");
    },
  },
  {
    promise: 2,
    name: "two calls at once do not mix",
    async run({ model, dialect, capabilities, answerBy }) {
      const rich = richAnswer(capabilities);
      const second: ScriptedAnswer = { text: ["zwei, ", "2"], finish: "stop" };
      const waiting: Exchange[] = [];
      answerBy((exchange) => {
        waiting.push(exchange);
        if (waiting.length === 2) interleave(waiting, (one) => framed(dialect.answer(isSecond(one) ? second : rich)));
      });
      const ask = (content: string): ChatRequest => ({ messages: [{ role: "user", content }] });
      const [one, two] = await Promise.all([
        collect(model.stream(ask("first"))),
        collect(model.stream(ask("second one"))),
      ]);
      assertWhole(one, rich);
      assertWhole(two, second);
    },
  },
];

function isSecond({ body }: Exchange): boolean {
  return JSON.stringify(body).includes("second one");
}

/** Answers several requests, a few bytes to each in turn. */
function interleave(exchanges: readonly Exchange[], answer: (exchange: Exchange) => string): void {
  const rests = exchanges.map((exchange) => ({
    response: beginStream(exchange.response),
    bytes: Buffer.from(answer(exchange)),
  }));
  const goOn = (at: number): void => {
    for (const { response, bytes } of rests) {
      if (at < bytes.length) response.write(bytes.subarray(at, at + 50));
      else response.end();
    }
    if (rests.some(({ bytes }) => at < bytes.length)) setImmediate(() => goOn(at + 50));
  };
  goOn(0);
}
