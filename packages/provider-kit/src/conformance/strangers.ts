import assert from "node:assert/strict";
import type { ErrorCode, Usage } from "@massgen/core/model";
import { beginning, framed, greeting, replying, sending } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertCode, assertSame } from "./same.ts";

/** Members that every object has. As words for a failure or an end they are unknown. */
const inherited = ["constructor", "__proto__", "toString", "hasOwnProperty"];

/** Finish reasons of single services for a whole answer. */
const ownWords = ["eos_token", "COMPLETE", "end"];

/** Words that services use for failures of any kind. The status says which kind it is. */
const generalWords: readonly (readonly [status: number, word: string, code: ErrorCode])[] = [
  [400, "api_error", "invalid-request"],
  [429, "api_error", "rate-limited"],
  [500, "invalid_request_error", "upstream-failed"],
  [503, "server_error", "overloaded"],
];

const dayMs = 24 * 60 * 60 * 1000;

/** Values of `Retry-After` that are no valid wait, and one that is absurdly long. */
const noWaits = ["Infinity", "1e300", "-5", "NaN", "soon", "0x10"];
const endlessWaits = ["9".repeat(400), "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"];

/** Figures that are no token counts. */
const noFigures = [-5, 1.5, 1e9, 1e308];

const shortText = 3_000;
const longText = 10 * shortText;
/** The most that a text ten times as long may cost, as a factor. */
const mostGrowth = 15;
/** Costs below this are not compared, in milliseconds of CPU, because other work of the process costs as much. */
const floorMs = 150;

/** What is repeated to slow a reader down. */
const hostile = [" ", "\n at ", "<title", "```\n", "/app/", "{"];

/** Promises 2, 5, 6, 7 with a service that tries to mislead or to slow down its reader. */
export const strangerCases: readonly ServiceCase[] = [
  {
    promise: 2,
    name: "a reason to end that nobody knows, such as constructor, ends a whole answer as stop",
    async run({ model, dialect, answerBy }) {
      for (const finishWord of [...inherited, ...ownWords]) {
        answerBy(sending(framed(dialect.answer({ text: ["Hello"], finish: "stop", finishWord }))));
        const { finish, text } = await collect(model.stream(hello));
        assertSame(text, "Hello", `the text of an answer that ended by ${finishWord}`);
        assertSame(finish?.reason, "stop", `the reason that ${finishWord} became`);
      }
    },
  },
  {
    promise: 5,
    name: "an event named error fails the call, also when its data is no JSON",
    async run({ model, dialect, answerBy }) {
      const error = "event: error\ndata: the upstream broke\n\n";
      answerBy(sending(framed(dialect.answer(beginning)) + error + framed(dialect.answer(greeting))));
      const got = await collect(model.stream(hello));
      assertSame(got.finish, undefined, "a finish behind the error");
      assertCode(got.error, "upstream-failed");
    },
  },
  {
    promise: 6,
    name: "a word for a failure that nobody knows, such as constructor, counts for nothing",
    async run({ model, dialect, answerBy }) {
      for (const word of inherited) {
        answerBy(replying(400, "application/json", JSON.stringify(dialect.refusal(400, "no, sorry", word))));
        const { error } = await collect(model.stream(hello));
        assertCode(error, "invalid-request");
        assert.match(error?.message ?? "", /no, sorry/, `the service's words beside ${word}`);
      }
    },
  },
  ...generalWords.map(([status, word, code]): ServiceCase => ({
    promise: 6,
    name: `HTTP ${status} that the service calls ${word} is ${code}`,
    async run({ model, dialect, answerBy }) {
      answerBy(replying(status, "application/json", JSON.stringify(dialect.refusal(status, "no, sorry", word))));
      assertCode((await collect(model.stream(hello))).error, code);
    },
  })),
  {
    promise: 6,
    name: "Retry-After that is no wait is none, and no wait is longer than a day",
    async run({ model, dialect, answerBy }) {
      const body = JSON.stringify(dialect.refusal(429, "later"));
      const waitOf = async (value: string): Promise<number | undefined> => {
        answerBy(replying(429, "application/json", body, { "retry-after": value }));
        return (await collect(model.stream(hello))).error?.retryAfterMs;
      };
      for (const value of noWaits) assertSame(await waitOf(value), undefined, `retryAfterMs of Retry-After: ${value}`);
      for (const value of endlessWaits) {
        const ms = await waitOf(value);
        const sane = ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= dayMs);
        assert.ok(sane, `retryAfterMs of Retry-After: ${value.slice(0, 40)} became ${ms}`);
      }
    },
  },
  {
    promise: 6,
    name: "long words of the service cost no more than a time that grows with their length",
    async run({ model, dialect, answerBy }) {
      for (const unit of hostile) {
        const costOf = async (length: number): Promise<number> => {
          const words = `no ${unit.repeat(length / unit.length)} x`;
          answerBy(replying(400, "application/json", JSON.stringify(dialect.refusal(400, words))));
          const before = process.cpuUsage();
          await collect(model.stream(hello));
          answerBy(sending(framed([dialect.failure(words)])));
          await collect(model.stream(hello));
          const { user, system } = process.cpuUsage(before);
          return (user + system) / 1000;
        };
        let long = await costOf(longText);
        if (long < floorMs) continue;
        long = Math.min(long, await costOf(longText));
        const short = Math.min(await costOf(shortText), await costOf(shortText), await costOf(shortText));
        const growth = long / short;
        const what = `${longText} characters of ${JSON.stringify(unit)} took ${Math.round(growth)} times as long as a tenth`;
        assert.ok(long < floorMs || growth <= mostGrowth, what);
      }
    },
  },
  {
    promise: 7,
    name: "a figure that counts nothing (negative, a fraction, beyond all measure) is absent",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      for (const figure of noFigures) {
        const usage: Usage = { inputTokens: figure, outputTokens: 34 };
        answerBy(sending(framed(dialect.answer({ ...greeting, usage }))));
        const got = await collect(model.stream(hello));
        assertSame(got.finish?.reason, "stop", `the finish of an answer with ${figure} input tokens`);
        assertSame(got.finish?.usage?.inputTokens, undefined, `inputTokens, when the service reported ${figure}`);
        for (const [name, count] of Object.entries(got.finish?.usage ?? {})) {
          assert.ok(Number.isInteger(count) && count >= 0 && count < 1e9, `${name} is ${count}`);
        }
      }
    },
  },
];
