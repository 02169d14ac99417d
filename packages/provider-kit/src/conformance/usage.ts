import type { Usage } from "@massgen/core/model";
import { assertWhole, framed, greeting, sending, starting } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect } from "./collect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertCode, assertSame } from "./same.ts";

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
      assertSame(got.finish?.usage, undefined, "usage, when the service reported none (unknown is absent, never 0)");
    },
  },
  {
    promise: 7,
    name: "usage is what the service reported and nothing else",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, usage }))));
      assertSame((await collect(model.stream(hello))).finish?.usage, usage, "usage in the finish");
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
        assertSame(figure, detailed[name as keyof Usage], `${name}, as the service reported it`);
      }
      const counted = [got?.inputTokens, got?.outputTokens];
      assertSame(counted, [120, 34], "inputTokens with the cached ones, and outputTokens with the reasoning ones");
    },
  },
  {
    promise: 7,
    name: "tokens written to a cache are reported, and are among the input's",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      const written: Usage = { ...usage, inputTokens: 4720, cacheWriteTokens: 4711 };
      const events = dialect.answer({ ...greeting, usage: written });
      answerBy(sending(framed(events)));
      const got = (await collect(model.stream(hello))).finish?.usage;
      assertSame(got?.inputTokens, 4720, "inputTokens, with those written to the cache");
      const said = events.some(({ data }) => data.includes("4711"));
      assertSame(got?.cacheWriteTokens, said ? 4711 : undefined, "cacheWriteTokens, as the service reported it");
    },
  },
  {
    promise: 7,
    name: "usage that is reported twice is cumulative: the last report counts, once",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      const usageSoFar = { inputTokens: 12, outputTokens: 1 };
      answerBy(sending(framed(dialect.answer({ ...greeting, usage, usageSoFar }))));
      assertSame((await collect(model.stream(hello))).finish?.usage, usage, "usage in the finish");
    },
  },
  {
    promise: 7,
    name: "usage of one call is not that of the next",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer({ ...greeting, usage }))));
      for (let call = 0; call < 2; call += 1) {
        assertSame((await collect(model.stream(hello))).finish?.usage, usage, `usage of call ${call + 1}`);
      }
      answerBy(sending(framed(dialect.answer({ text: ["Hello"], finish: "stop" }))));
      const { finish } = await collect(model.stream(hello));
      assertSame(finish?.usage, undefined, "usage of a third call that was told none");
    },
  },
  {
    promise: 7,
    name: "an answer that breaks off carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(starting(framed(dialect.answer({ text: ["Hel"], usage }))));
      const got = await collect(model.stream(hello), () => upstream.exchanges[0]?.response.end());
      assertCode(got.error, "truncated");
      assertSame(got.error?.usage, usage, "usage in the error");
    },
  },
  {
    promise: 7,
    name: "an error inside a stream carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed([...dialect.answer({ text: ["Hel"], usage }), dialect.failure("too busy")])));
      assertSame((await collect(model.stream(hello))).error?.usage, usage, "usage in the error");
    },
  },
  {
    promise: 7,
    name: "a call that is aborted or runs out of time carries the usage that was reported",
    needs: ["usage"],
    async run({ model, dialect, answerBy }) {
      answerBy(starting(framed(dialect.answer({ text: ["Hel"], usage }))));
      const late = await collect(model.stream({ ...hello, limits: { idleMs: 40 } }));
      assertCode(late.error, "timeout");
      assertSame(late.error?.usage, usage, "usage in the timeout");
      const controller = new AbortController();
      const aborted = await collect(model.stream({ ...hello, signal: controller.signal }), () =>
        setImmediate(() => controller.abort()),
      );
      assertCode(aborted.error, "aborted");
      assertSame(aborted.error?.usage, usage, "usage in the abort");
    },
  },
];
