import assert from "node:assert/strict";
import type { ErrorCode } from "@massgen/core/model";
import { framed, replying, sending } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertCode, assertSame } from "./same.ts";
import { startUpstream } from "./upstream.ts";

const codes: readonly (readonly [status: number, code: ErrorCode])[] = [
  [400, "invalid-request"],
  [401, "authentication"],
  [403, "permission"],
  [404, "not-found"],
  [413, "context-length"],
  [422, "invalid-request"],
  [429, "rate-limited"],
  [500, "upstream-failed"],
  [502, "upstream-failed"],
  [503, "overloaded"],
  [529, "overloaded"],
];
const longestQuote = 300;
/** How many variants of a request may be sent before its refusal is reported. */
const mostWordings = 20;

/** Promise 6: what a refusal becomes. */
export const refusalCases: readonly ServiceCase[] = [
  ...codes.map(([status, code]): ServiceCase => ({
    promise: 6,
    name: `HTTP ${status} is ${code}, with the status`,
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(replying(status, "application/json", JSON.stringify(dialect.refusal(status, "no, sorry"))));
      const { error, events } = await collect(model.stream(hello));
      assertCode(error, code);
      assertSame(error?.status, status, "the error's status");
      assertSame(events, [], "events of a call that was refused");
      assertSame(error?.retryAfterMs, undefined, "retryAfterMs, when nothing was said about when to come back");
      const asked = upstream.exchanges.map(({ body }) => JSON.stringify(body));
      // A bad request may be sent in other variants, each of them once.
      const others = status === 400 || status === 422 ? new Set(asked).size : 1;
      assertSame(asked.length, others, "requests, since whether to ask the same again is for the host to decide");
      assert.ok(asked.length <= mostWordings, `at most ${mostWordings} requests, not ${asked.length}`);
    },
  })),
  ...(["text/html", "application/json"] as const).map((kind): ServiceCase => ({
    promise: 6,
    name: `a web page with HTTP 502, called ${kind}, is upstream-failed, and its markup is not shown`,
    async run({ model, answerBy }) {
      const page = "<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>nginx</h1></body></html>";
      answerBy(replying(502, kind, page));
      const { error } = await collect(model.stream(hello));
      assertCode(error, "upstream-failed");
      assertSame(error?.status, 502, "the error's status");
      assert.doesNotMatch(error?.message ?? "", /<\/?\w/, `markup in the message: ${error?.message}`);
    },
  })),
  {
    promise: 6,
    name: "HTTP 503 without a body is overloaded",
    async run({ model, answerBy }) {
      answerBy(replying(503, "text/plain", ""));
      const { error } = await collect(model.stream(hello));
      assertCode(error, "overloaded");
      assertSame(error?.status, 503, "the error's status");
    },
  },
  {
    promise: 6,
    name: "a refusal whose body breaks off or never ends is an error all the same",
    async run({ model, answerBy }) {
      const limits = { firstTokenMs: 60, idleMs: 60 };
      answerBy(({ response }) =>
        response.writeHead(404, { "content-length": "100" }).write("{", () => response.destroy()),
      );
      const broken = await collect(model.stream(hello));
      const brokenCode = broken.error?.code;
      assert.ok(
        brokenCode === "not-found" || brokenCode === "connection",
        `not-found or connection, not ${brokenCode}`,
      );
      answerBy(({ response }) => response.writeHead(400, { "content-type": "application/json" }).write('{"error'));
      const stuck = await collect(model.stream({ ...hello, limits }));
      const stuckCode = stuck.error?.code;
      assert.ok(
        stuckCode === "invalid-request" || stuckCode === "timeout",
        `invalid-request or timeout, not ${stuckCode}`,
      );
    },
  },
  {
    promise: 6,
    name: "long words of the service are cut at 300 characters",
    async run({ model, dialect, answerBy }) {
      const words = "z".repeat(5000);
      answerBy(replying(400, "application/json", JSON.stringify(dialect.refusal(400, words))));
      const refused = await collect(model.stream(hello));
      answerBy(sending(framed([dialect.failure(words)])));
      const failed = await collect(model.stream(hello));
      for (const { error } of [refused, failed]) {
        const quoted = /z{2,}/.exec(error?.message ?? "")?.[0].length ?? 0;
        assert.ok(quoted <= longestQuote, `${quoted} characters were quoted`);
      }
    },
  },
  {
    promise: 6,
    name: "a refusal that names the model's window is context-length, with both figures",
    async run({ model, dialect, answerBy }) {
      const words =
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.";
      answerBy(replying(400, "application/json", JSON.stringify(dialect.refusal(400, words))));
      const { error } = await collect(model.stream(hello));
      assertCode(error, "context-length");
      assertSame(error?.contextTokens, 8192, "contextTokens, the window that was named");
      assertSame(error?.promptTokens, 9001, "promptTokens, what the prompt had");
    },
  },
  {
    promise: 6,
    name: "Retry-After in seconds is retryAfterMs",
    async run({ model, dialect, answerBy }) {
      for (const status of [429, 503]) {
        const body = JSON.stringify(dialect.refusal(status, "later"));
        answerBy(replying(status, "application/json", body, { "retry-after": "7" }));
        const { error } = await collect(model.stream(hello));
        assertSame(error?.retryAfterMs, 7000, `retryAfterMs of HTTP ${status} with Retry-After: 7`);
      }
    },
  },
  {
    promise: 6,
    name: "Retry-After as a date is retryAfterMs",
    async run({ model, dialect, answerBy }) {
      const body = JSON.stringify(dialect.refusal(429, "later"));
      const date = new Date(Date.now() + 60_000).toUTCString();
      answerBy(replying(429, "application/json", body, { "retry-after": date }));
      const ms = (await collect(model.stream(hello))).error?.retryAfterMs;
      assert.ok(ms !== undefined && ms > 50_000 && ms <= 60_000, `a minute ahead became ${ms} ms`);
    },
  },
  {
    promise: 6,
    name: "a service that is not there is connection, with the cause",
    async run({ modelAt }) {
      const gone = await startUpstream(() => undefined);
      await gone.close();
      const { error } = await collect((await modelAt(gone.url)).stream(hello));
      assertCode(error, "connection");
      assert.notEqual(error?.cause, undefined, "the error has to keep its cause");
    },
  },
];
