import assert from "node:assert/strict";
import { inspect } from "node:util";
import { beginning, framed, replying, sending, starting } from "./answers.ts";
import { hello, type ServiceBench } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { kitKey, otherKeys, spellings } from "./kit-key.ts";
import { startUpstream, type Exchange } from "./upstream.ts";

/** Texts of a careless service: the key, and what looks like one. */
const [live, google, opening] = otherKeys;
const telling = `wrong key ${kitKey}, Bearer ${kitKey}, ${live}, ${google}, ?key=${opening} given`;
const secret = /4711|abcdef123456|A1b2c3d4e5|opensesame99/;

/** Where a service can leak secrets. */
const leaks: readonly (readonly [where: string, answer: (bench: ServiceBench) => (exchange: Exchange) => unknown])[] = [
  ["the body of HTTP 401", ({ dialect }) => json(401, dialect.refusal(401, telling))],
  ["the body of HTTP 400", ({ dialect }) => json(400, dialect.refusal(400, telling))],
  ["the body of HTTP 500", ({ dialect }) => json(500, dialect.refusal(500, telling))],
  ["an error of no known shape", () => json(418, { oops: { deep: [telling] } })],
  ["a plain text with HTTP 403", () => replying(403, "text/plain", telling)],
  ["a web page with HTTP 502", () => replying(502, "text/html", `<html><title>${telling}</title><p>${telling}</html>`)],
  ["a web page with HTTP 200", () => replying(200, "text/html", `<html><title>${telling}</title><p>${telling}</html>`)],
  ["JSON with HTTP 200", () => json(200, { note: telling })],
  [
    "an error inside a stream",
    ({ dialect }) => sending(framed([...dialect.answer(beginning), dialect.failure(telling)])),
  ],
  ["an event that is no JSON", ({ dialect }) => sending(`${framed(dialect.answer(beginning))}data: ${telling}\n\n`)],
  ["a stream that is none", () => sending(`${telling}\n`)],
];

/** Promise 6: no error shows a secret. */
export const secretCases: readonly ServiceCase[] = [
  ...leaks.map(([where, answer]): ServiceCase => ({
    promise: 6,
    name: `a key in ${where} is shown nowhere: not in the message, the cause, the stack or the JSON of the error`,
    async run(bench) {
      bench.answerBy(answer(bench));
      const { error } = await collect(bench.model.stream(hello));
      assert.ok(error !== undefined, "there has to be an error");
      assertTellsNothing(error);
    },
  })),
  ...spellings.map(([how, spelled]): ServiceCase => ({
    promise: 6,
    name: `a key that the service quotes ${how} is not shown`,
    async run({ model, dialect, answerBy }) {
      answerBy(json(400, dialect.refusal(400, `wrong key: ${spelled}.`)));
      const { error } = await collect(model.stream(hello));
      assert.ok(error !== undefined, "there has to be an error");
      const advice = "what a service says has to go through context.redact";
      assert.ok(!error.message.includes(spelled.slice(-12)), `the message shows the key ${how}: ${advice}`);
    },
  })),
  {
    promise: 6,
    name: "a key at the place where a message is cut is not shown in half",
    async run({ model, dialect, answerBy }) {
      for (let before = 300 - kitKey.length; before <= 300; before += 1) {
        answerBy(json(400, dialect.refusal(400, `${"-".repeat(before - 1)} ${kitKey}`)));
        const { error } = await collect(model.stream(hello));
        assert.ok(error !== undefined, "there has to be an error");
        const shown = /conformance-4\S*/.exec(error.message)?.[0];
        assert.equal(shown, undefined, "a message has to go through context.redact before it is cut");
      }
    },
  },
  {
    promise: 6,
    name: "a key is in no error about the connection",
    async run({ model, modelAt, dialect, answerBy }) {
      const gone = await startUpstream(() => undefined);
      await gone.close();
      const nobody = await collect((await modelAt(gone.url)).stream(hello));
      assertTellsNothing(nobody.error);
      answerBy(starting(framed(dialect.answer(beginning))));
      const stalled = await collect(model.stream({ ...hello, limits: { idleMs: 40 } }));
      assertTellsNothing(stalled.error);
    },
  },
  {
    promise: 6,
    name: "a redirect takes the key to no other host",
    async run({ model, answerBy }) {
      const elsewhere = await startUpstream(({ response }) => response.writeHead(200).end());
      try {
        answerBy(({ response }) => response.writeHead(307, { location: `${elsewhere.url}/taken` }).end());
        const { error } = await collect(model.stream(hello));
        assert.ok(error !== undefined, "there has to be an error");
        const got = elsewhere.exchanges.map(({ path, headers, body }) => JSON.stringify({ path, headers, body }));
        assert.doesNotMatch(got.join("\n"), secret, "the key went to another host");
      } finally {
        await elsewhere.close();
      }
    },
  },
];

function json(status: number, body: unknown): (exchange: Exchange) => void {
  return replying(status, "application/json", JSON.stringify(body));
}

function assertTellsNothing(error: Error | undefined): void {
  const places: readonly (readonly [string, string])[] = [
    ["message", error?.message ?? ""],
    ["stack", error?.stack ?? ""],
    ["JSON", JSON.stringify(error) ?? ""],
    ["cause, or any other property", inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity })],
  ];
  for (const [place, text] of places) {
    const [part] = secret.exec(text) ?? [];
    const advice = "what a service says has to go through context.redact, and keys and headers belong into no message";
    assert.ok(part === undefined, `the error's ${place} shows a secret (the one with "${part}" in it): ${advice}`);
  }
}
