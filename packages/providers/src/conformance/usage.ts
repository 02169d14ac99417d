import assert from "node:assert/strict";
import type { Usage } from "@massgen/core/model";
import { assertWhole, framed, greeting, sending, starting } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";

const usage: Usage = { inputTokens: 12, outputTokens: 34 };
const detailed: Usage = {
  inputTokens: 120,
  outputTokens: 34,
  totalTokens: 154,
  cachedInputTokens: 100,
  reasoningTokens: 20,
};

/** Promise 7: usage. */
export const usageCases: readonly ServiceCase[] = [
  {
    promise: 7,
    name: "usage that was not reported is absent",
    async run({ model, dialect, answerBy }) {
      const answer = { text: ["Hello"], finish: "stop" } as const;
      answerBy(sending(framed(dialect.answer(answer))));
      const got = await collect(model.stream(hello));
      assertWhole(got, answer);
      assert.equal(got.finish?.usage, undefined);
    },
  },
  {
    promise: 7,
    name: "usage is what the service reported and nothing else",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, usage }))));
      assert.deepEqual((await collect(model.stream(hello))).finish?.usage, usage);
    },
  },
  {
    promise: 7,
    name: "cached tokens are among the input's, reasoning tokens among the output's",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, usage: detailed }))));
      const got = (await collect(model.stream(hello))).finish?.usage;
      for (const [name, figure] of Object.entries(got ?? {})) {
        assert.equal(figure, detailed[name as keyof Usage], `${name} is not what the service reported`);
      }
      assert.deepEqual([got?.inputTokens, got?.outputTokens], [120, 34]);
    },
  },
  {
    promise: 7,
    name: "usage that is reported twice is cumulative: the last report counts, once",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      const usageSoFar = { inputTokens: 12, outputTokens: 1 };
      answerBy(sending(framed(dialect.answer({ ...greeting, usage, usageSoFar }))));
      assert.deepEqual((await collect(model.stream(hello))).finish?.usage, usage);
    },
  },
  {
    promise: 7,
    name: "usage of one call is not that of the next",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, usage }))));
      for (let call = 0; call < 2; call += 1) {
        assert.deepEqual((await collect(model.stream(hello))).finish?.usage, usage);
      }
      answerBy(sending(framed(dialect.answer({ text: ["Hello"], finish: "stop" }))));
      assert.equal((await collect(model.stream(hello))).finish?.usage, undefined);
    },
  },
  {
    promise: 7,
    name: "an answer that breaks off carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer({ text: ["Hel"], usage }))));
      const got = await collect(model.stream(hello), () => upstream.exchanges[0]?.response.end());
      assert.deepEqual([got.error?.code, got.error?.usage], ["truncated", usage]);
    },
  },
  {
    promise: 7,
    name: "an error inside a stream carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([...dialect.answer({ text: ["Hel"], usage }), dialect.failure("too busy")])));
      assert.deepEqual((await collect(model.stream(hello))).error?.usage, usage);
    },
  },
  {
    promise: 7,
    name: "a call that is aborted or runs out of time carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(starting(framed(dialect.answer({ text: ["Hel"], usage }))));
      const late = await collect(model.stream({ ...hello, limits: { idleMs: 40 } }));
      assert.deepEqual([late.error?.code, late.error?.usage], ["timeout", usage]);
      const controller = new AbortController();
      const aborted = await collect(model.stream({ ...hello, signal: controller.signal }), () =>
        setImmediate(() => controller.abort()),
      );
      assert.deepEqual([aborted.error?.code, aborted.error?.usage], ["aborted", usage]);
    },
  },
];
