import assert from "node:assert/strict";
import { assertWhole, beginning, framed, greeting, replying, sending } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertCode, assertSame } from "./same.ts";

/** Promise 5: errors inside an answer. */
export const failingCases: readonly ServiceCase[] = [
  {
    promise: 5,
    name: "an error inside a stream is thrown as overloaded, and the text before it stays delivered",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([...dialect.answer(beginning), dialect.failure("too busy")])));
      const { error, text } = await collect(model.stream(hello));
      assertCode(error, "overloaded");
      assertSame(text, "Hel", "the text before the error, which stays delivered");
    },
  },
  {
    promise: 5,
    name: "an error as the first event of a stream is thrown as overloaded",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([dialect.failure("too busy")])));
      const { error, events } = await collect(model.stream(hello));
      assertCode(error, "overloaded");
      assertSame(events, [], "events before the error");
    },
  },
  {
    promise: 5,
    name: "an error inside a stream counts more than what follows it",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([dialect.failure("too busy"), ...dialect.answer(greeting)])));
      const { error, text } = await collect(model.stream(hello));
      assertCode(error, "overloaded");
      assertSame(text, "", "text from behind the error");
    },
  },
  {
    promise: 5,
    name: "an error in a line that is no event is thrown as overloaded, in the service's words",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(`${framed(dialect.answer(beginning))}${dialect.failure("too busy").data}\n`));
      const { error, text } = await collect(model.stream(hello));
      assertCode(error, "overloaded");
      assert.match(error?.message ?? "", /too busy/, "the service's words in the message");
      assertSame(text, "Hel", "the text before the error, which stays delivered");
    },
  },
  {
    promise: 5,
    name: "an error behind a whole answer takes nothing back",
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([...dialect.answer(greeting), dialect.failure("too busy")])));
      assertWhole(await collect(model.stream(hello)), greeting);
    },
  },
  {
    promise: 5,
    name: "an error as a JSON document with status 200 is an error",
    async run({ model, dialect, answerBy }) {
      answerBy(replying(200, "application/json", JSON.stringify(dialect.refusal(503, "too busy"))));
      const { error, events } = await collect(model.stream(hello));
      assertSame(events, [], "events of a call that got no answer");
      const codes: readonly unknown[] = ["overloaded", "upstream-failed", "invalid-response"];
      assert.ok(codes.includes(error?.code), `the code is ${error?.code}`);
    },
  },
];
