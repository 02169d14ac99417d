import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import {
  MassgenError,
  type AccountLimits,
  type ChatModel,
  type ChatRequest,
  type ModelEvent,
  type QueueWait,
  type TurnHooks,
  type Usage,
} from "@massgen/core/model";
import { manualClock } from "@massgen/core/testing";
import { collect } from "../../fixtures/collect.ts";
import { createAccounts } from "./accounts.ts";
import { limitedModel } from "./limited-model.ts";
import { createLimiter } from "./limiter.ts";

const hello = "x".repeat(30);

/** A request of 10 + `maxOutputTokens` tokens. */
function request(more: Partial<ChatRequest> = {}): ChatRequest {
  return { messages: [{ role: "user", content: hello }], sampling: { maxOutputTokens: 90 }, ...more };
}

/** Everything that comes about without anybody's doing has, a turn that is handed on included. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

interface Sent {
  readonly request: ChatRequest;
  readonly answer: (usage?: Usage) => Promise<void>;
  readonly fail: (error: MassgenError) => Promise<void>;
  /** The consumer left. */
  left: boolean;
}

/** A model under limits, and what was sent to it. */
function bench(limits: AccountLimits) {
  const clock = manualClock();
  const accounts = createAccounts(createLimiter(clock));
  const account = accounts.account("a");
  account.limit("acme", limits);
  const closing = new AbortController();
  const sent: Sent[] = [];
  const slow: ChatModel = {
    contract: 1,
    model: "large",
    capabilities: { images: false },
    stream: (made) => {
      const end = Promise.withResolvers<Usage | undefined>();
      return (async function* (): AsyncGenerator<ModelEvent> {
        const call: Sent = {
          request: made,
          left: false,
          answer: (usage) => {
            end.resolve(usage);
            return settled();
          },
          fail: (error) => {
            end.reject(error);
            return settled();
          },
        };
        sent.push(call);
        try {
          const usage = await end.promise;
          yield { type: "text-delta", text: "yes" };
          yield { type: "finish", reason: "stop", ...(usage && { usage }) };
        } finally {
          call.left = true;
        }
      })();
    },
  };
  const limited = (name: string) =>
    limitedModel(
      { ...slow, model: name },
      { label: `acme ${name}`, model: name, account, clock, closed: closing.signal },
    );
  const model = limited("large");
  const call = async (more: Partial<ChatRequest> = {}, hooks: TurnHooks = {}) => {
    const result = collect(model.streamInTurn(request(more), hooks));
    await settled();
    return result;
  };
  /** A test may leave calls that wait for ever, and `collect` does not. */
  const begin = (more?: Partial<ChatRequest>, hooks?: TurnHooks) => {
    const result = call(more, hooks);
    result.catch(() => undefined);
    return { result };
  };
  return { clock, accounts, account, sent, model, begin, slow, limited, close: () => closing.abort() };
}

describe("without limits", () => {
  it("the model is called as it is", async () => {
    const { model, sent, slow } = bench({});
    expect([model.model, model.capabilities]).toEqual([slow.model, slow.capabilities]);
    const events = model.stream(request())[Symbol.asyncIterator]();
    expect(sent).toHaveLength(0);
    const first = events.next();
    await sent[0]?.answer();
    expect(await first).toMatchObject({ value: { text: "yes" } });
  });
});

describe("max_concurrency", () => {
  it("sends so many at a time, in the order they came, whoever ends first", async () => {
    const { begin, sent } = bench({ maxConcurrency: 2 });
    const calls = ["a", "b", "c", "d"].map((name) => begin({ sampling: { stop: [name] } }));
    await settled();
    const names = (): unknown[] => sent.map((call) => call.request.sampling?.stop?.[0]);
    expect(names()).toEqual(["a", "b"]);
    await sent[1]?.answer();
    expect(names()).toEqual(["a", "b", "c"]);
    await sent[0]?.fail(new MassgenError("overloaded", "busy"));
    expect(names()).toEqual(["a", "b", "c", "d"]);
    for (const call of sent) await call.answer();
    const ends = await Promise.all(calls.map(async ({ result }) => (await result).error?.code ?? (await result).text));
    expect(ends).toEqual(["overloaded", "yes", "yes", "yes"]);
  });

  it("counts a call until its answer has ended, or its consumer left", async () => {
    const { model, sent, begin } = bench({ maxConcurrency: 1 });
    const events = model.stream(request())[Symbol.asyncIterator]();
    const first = events.next();
    await settled();
    await sent[0]?.answer();
    await first;
    const other = begin();
    await settled();
    expect(sent).toHaveLength(1);
    await events.return?.();
    await settled();
    expect([sent.length, sent[0]?.left]).toEqual([2, true]);
    await sent[1]?.answer();
    expect((await other.result).text).toBe("yes");
  });

  it("goes on, and gives its place back, when who is told of the wait throws", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    const broken = (): never => {
      throw new Error("not mine");
    };
    const calls = [begin(), begin({}, { onQueued: broken, onSent: broken }), begin()];
    await settled();
    for (const at of [0, 1, 2]) {
      await sent[at]?.answer();
      await settled();
    }
    const ends = await Promise.all(calls.map(async ({ result }) => (await result).text));
    expect([ends, clock.pending()]).toEqual([["yes", "yes", "yes"], 0]);
  });

  it("sends nothing before the first next(), and takes no place either", async () => {
    const { model, begin, sent } = bench({ maxConcurrency: 1 });
    model.stream(request());
    model.stream(request())[Symbol.asyncIterator]();
    const { result } = begin();
    await settled();
    await sent[0]?.answer();
    expect((await result).text).toBe("yes");
  });
});

describe("a consumer that takes nothing", () => {
  async function stalled(limits: AccountLimits) {
    const made = bench(limits);
    const events = made.model.stream(request())[Symbol.asyncIterator]();
    const first = events.next();
    await settled();
    await made.sent[0]?.answer();
    expect(await first).toMatchObject({ value: { type: "text-delta" } });
    return { ...made, events };
  }

  it("loses its call when others wait for its place, and they go on", async () => {
    const { begin, sent, clock, events } = await stalled({ maxConcurrency: 1 });
    clock.advance(60_000);
    const other = begin();
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(10_000);
    await settled();
    expect([sent.length, sent[0]?.left]).toEqual([2, true]);
    await expect(events.next()).rejects.toMatchObject({
      code: "timeout",
      message:
        "acme large: its answer was not read for 10 s while other calls waited for it to end (max_concurrency 1)",
    });
    await sent[1]?.answer();
    expect([(await other.result).text, clock.pending()]).toEqual(["yes", 0]);
  });

  it("keeps it as long as nobody does, or others wait for something else", async () => {
    const { begin, clock, events } = await stalled({ maxConcurrency: 2, requestsPerMinute: 1 });
    begin();
    await settled();
    clock.advance(50_000);
    await settled();
    expect(await events.next()).toMatchObject({ value: { type: "finish" } });
  });

  it("that leaves meanwhile leaves no timer", async () => {
    const { clock, events } = await stalled({ maxConcurrency: 1 });
    await events.return?.();
    expect(clock.pending()).toBe(0);
  });
});

describe("requests_per_minute", () => {
  it("holds calls back until the minute of an earlier one is over, with one timer in all", async () => {
    const { begin, sent, clock } = bench({ requestsPerMinute: 1 });
    const calls = [begin(), begin(), begin()];
    await settled();
    await sent[0]?.answer();
    expect([sent.length, clock.pending()]).toEqual([1, 1]);
    clock.advance(59_999);
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await settled();
    await sent[1]?.answer();
    clock.advance(60_000);
    await settled();
    await sent[2]?.answer();
    await Promise.all(calls.map(({ result }) => result));
    expect([sent.length, clock.pending()]).toEqual([3, 0]);
  });
});

describe("tokens_per_minute", () => {
  it("expects the prompt and the most that may be written, and takes what was reported after it", async () => {
    const { begin, sent, clock } = bench({ tokensPerMinute: 150 });
    const calls = [begin(), begin()];
    await settled();
    expect(sent, "100 tokens each are expected").toHaveLength(1);
    await sent[0]?.answer({ inputTokens: 10, outputTokens: 40 });
    expect(sent, "50 were used").toHaveLength(2);
    await sent[1]?.answer({ totalTokens: 120 });
    calls.push(begin());
    await settled();
    expect(sent).toHaveLength(2);
    clock.advance(60_000);
    await settled();
    await sent[2]?.answer();
    await Promise.all(calls.map(({ result }) => result));
    expect(clock.pending()).toBe(0);
  });

  it("takes a refused request for free, and one that reported nothing as expected", async () => {
    const { begin, sent } = bench({ tokensPerMinute: 150 });
    const calls = [begin(), begin(), begin()];
    await settled();
    await sent[0]?.fail(new MassgenError("invalid-request", "no", { status: 400 }));
    expect(sent).toHaveLength(2);
    await sent[1]?.fail(new MassgenError("connection", "broke"));
    expect(sent).toHaveLength(2);
    expect((await calls[1]?.result)?.error?.code).toBe("connection");
  });
});

describe("a provider that says when to come back", () => {
  it("holds up the calls of that model, and no others of its account", async () => {
    const { begin, sent, limited, clock } = bench({ maxConcurrency: 1 });
    const other = limited("small");
    const calls = [begin(), begin()];
    await settled();
    const small = collect(other.stream(request()));
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 7000, status: 429 }));
    expect(sent, "the small one passes the large one that came before it").toHaveLength(2);
    await sent[1]?.answer();
    expect((await small).text).toBe("yes");
    expect(sent).toHaveLength(2);
    clock.advance(7000);
    await settled();
    await sent[2]?.answer();
    await Promise.all(calls.map(({ result }) => result));
    expect([sent.length, clock.pending()]).toEqual([3, 0]);
  });

  it("holds them up for so long", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    const calls = [begin(), begin()];
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 7000, status: 429 }));
    expect((await calls[0]?.result)?.error).toMatchObject({ code: "rate-limited", retryAfterMs: 7000 });
    clock.advance(6999);
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await settled();
    await sent[1]?.answer();
    expect([(await calls[1]?.result)?.text, clock.pending()]).toEqual(["yes", 0]);
  });

  it("holds them up for a minute at most", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    const calls = [begin(), begin()];
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "quota", { retryAfterMs: 86_400_000 }));
    clock.advance(60_000);
    await settled();
    await sent[1]?.answer();
    expect((await calls[1]?.result)?.text).toBe("yes");
  });
});

describe("a call that waits", () => {
  /** What a call was told of its wait. */
  function told() {
    const words: string[] = [];
    return {
      words,
      onQueued: ({ leastMs, reason }: QueueWait) => void words.push(`queued ${leastMs} ${reason}`),
      onSent: () => void words.push("sent"),
    };
  }

  it("says that it waits and when it is sent; one that need not wait says nothing", async () => {
    const { begin, sent } = bench({ maxConcurrency: 1 });
    const [first, second] = [told(), told()];
    begin({}, first);
    begin({}, second);
    await settled();
    expect([first.words, second.words]).toEqual([[], ["queued 0 max_concurrency 1"]]);
    await sent[0]?.answer();
    expect([first.words, second.words]).toEqual([[], ["queued 0 max_concurrency 1", "sent"]]);
  });

  it("knows the least wait of a full minute, and not of tokens that may come back", async () => {
    const { begin, sent, clock } = bench({ requestsPerMinute: 1, tokensPerMinute: 150 });
    begin();
    await settled();
    await sent[0]?.answer();
    clock.advance(20_000);
    const { words, ...hooks } = told();
    begin({}, hooks);
    await settled();
    expect(words).toEqual(["queued 40000 requests_per_minute 1, tokens_per_minute 150"]);

    const tokens = bench({ tokensPerMinute: 150 });
    tokens.begin();
    const other = told();
    tokens.begin({}, other);
    await settled();
    expect(other.words).toEqual(["queued 0 tokens_per_minute 150"]);
  });

  it("says so when others fill the minute while it is on a pause", async () => {
    const { begin, sent, limited, clock } = bench({ requestsPerMinute: 2 });
    const other = limited("small");
    begin();
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 7000, status: 429 }));
    const { words, ...hooks } = told();
    begin({}, hooks);
    await settled();
    collect(other.stream(request())).catch(() => undefined);
    await settled();
    expect(words).toEqual(["queued 7000 its provider asked for a pause", "queued 60000 requests_per_minute 2"]);
    clock.advance(7000);
    expect([sent.length, words.length], "it knew").toEqual([2, 2]);
  });

  it("says so when a provider makes it longer, and not when it does not", async () => {
    const { begin, sent } = bench({ maxConcurrency: 2 });
    const { words, ...hooks } = told();
    const running = [begin(), begin()];
    begin({}, hooks);
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 7000, status: 429 }));
    await sent[1]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 5000, status: 429 }));
    expect(words).toEqual(["queued 0 max_concurrency 2", "queued 7000 its provider asked for a pause"]);
    await Promise.all(running.map(({ result }) => result));
  });

  it("is over at once when it is aborted, sends nothing, and leaves no listener and no timer", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    const running = begin();
    const abort = new AbortController();
    const waiting = begin({ signal: abort.signal, limits: { totalMs: 1000 } });
    const last = begin();
    await settled();
    expect(getEventListeners(abort.signal, "abort")).toHaveLength(1);
    abort.abort();
    expect((await waiting.result).error).toMatchObject({
      code: "aborted",
      message: "acme large: aborted by the caller before it was sent",
    });
    expect([getEventListeners(abort.signal, "abort").length, clock.pending()]).toEqual([0, 0]);
    await sent[0]?.answer();
    await sent[1]?.answer();
    expect([(await running.result).text, (await last.result).text, sent.length]).toEqual(["yes", "yes", 2]);
  });

  it("is counted for as long as it waits", async () => {
    const { begin, sent, accounts } = bench({ maxConcurrency: 1 });
    const abort = new AbortController();
    begin();
    begin({ signal: abort.signal });
    begin();
    await settled();
    expect(accounts.waitingCalls()).toBe(2);
    abort.abort();
    await settled();
    expect(accounts.waitingCalls()).toBe(1);
    await sent[0]?.answer();
    expect([sent.length, accounts.waitingCalls()]).toEqual([2, 0]);
  });

  it("sends nothing when it was aborted before", async () => {
    const { begin, sent } = bench({ maxConcurrency: 1 });
    const { error } = await begin({ signal: AbortSignal.abort() }).result;
    expect([error?.code, sent.length]).toEqual(["aborted", 0]);
  });

  it("sends nothing when its turn and the abort come together, and passes the turn on", async () => {
    const { begin, sent } = bench({ maxConcurrency: 1 });
    begin();
    const abort = new AbortController();
    const waiting = begin({ signal: abort.signal });
    const last = begin();
    await settled();
    const answered = sent[0]?.answer();
    void Promise.resolve().then(() => abort.abort());
    await answered;
    expect((await waiting.result).error?.code).toBe("aborted");
    await settled();
    expect(sent.every((call) => call.request.signal !== abort.signal || call.left)).toBe(true);
    await sent.at(-1)?.answer();
    expect((await last.result).text).toBe("yes");
  });

  it("is not sent when the answer that made room for it ends its run, and takes nothing of the minute", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1, requestsPerMinute: 2 });
    const first = begin();
    const abort = new AbortController();
    const waiting = begin({ signal: abort.signal }, { onSent: () => expect.unreachable() });
    const last = begin();
    await settled();
    void first.result.then(() => abort.abort());
    await sent[0]?.answer();
    expect((await waiting.result).error?.code).toBe("aborted");
    await settled();
    expect(sent).toHaveLength(2);
    await sent[1]?.answer();
    expect([(await last.result).text, clock.pending()]).toEqual(["yes", 0]);
  });

  it("can be left while it waits", async () => {
    const { begin, model, sent } = bench({ maxConcurrency: 1 });
    begin();
    await settled();
    const events = model.stream(request())[Symbol.asyncIterator]();
    const pending = expect(events.next()).rejects.toMatchObject({ code: "aborted" });
    await events.return?.();
    await pending;
    await sent[0]?.answer();
    expect(sent).toHaveLength(1);
  });

  it("spends its total limit there, and says so when that runs out", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1, requestsPerMinute: 60 });
    begin();
    const waiting = begin({ limits: { totalMs: 5000, firstTokenMs: 1000 } });
    await settled();
    clock.advance(4999);
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(1);
    expect((await waiting.result).error).toMatchObject({
      code: "timeout",
      message:
        "acme large: not sent within 5 s: its turn did not come (total limit; max_concurrency 1, requests_per_minute 60)",
    });
    await sent[0]?.answer();
    expect([sent.length, clock.pending()]).toEqual([1, 0]);
  });

  it("says so when a pause was what kept it", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    begin();
    const waiting = begin({ limits: { totalMs: 5000 } });
    await settled();
    await sent[0]?.fail(new MassgenError("rate-limited", "slow down", { retryAfterMs: 7000, status: 429 }));
    clock.advance(5000);
    expect((await waiting.result).error?.message).toBe(
      "acme large: not sent within 5 s: its turn did not come (total limit; its provider asked for a pause)",
    );
  });

  it("has what is left of its total limit, and the whole first-token limit, when it is sent", async () => {
    const { begin, sent, clock } = bench({ maxConcurrency: 1 });
    begin();
    const waiting = begin({ limits: { totalMs: 5000, firstTokenMs: 1000 } });
    await settled();
    clock.advance(2000);
    await sent[0]?.answer();
    expect(sent[1]?.request.limits).toEqual({ totalMs: 3000, firstTokenMs: 1000 });
    await sent[1]?.fail(new MassgenError("timeout", "acme large: not finished after 3 s (total limit)"));
    expect((await waiting.result).error?.message).toBe(
      "acme large: not finished after 3 s (total limit), after a wait of 2 s for its turn (max_concurrency 1)",
    );
  });

  it("is sent away when the registry is closed, as is whoever comes then", async () => {
    const { begin, sent, clock, close } = bench({ requestsPerMinute: 1 });
    const running = begin();
    const waiting = begin({ limits: { totalMs: 1_000_000 } });
    await settled();
    close();
    const gone = { code: "connection", message: "acme large: the registry was closed" };
    expect((await waiting.result).error).toMatchObject(gone);
    expect((await begin().result).error).toMatchObject(gone);
    await sent[0]?.answer();
    expect([(await running.result).text, clock.pending(), sent.length]).toEqual(["yes", 0, 1]);
  });
});

describe("limits", () => {
  it("of several backends of one account add up, unless they contradict each other", () => {
    const { account } = bench({ maxConcurrency: 2 });
    account.limit("acme", { requestsPerMinute: 60, maxConcurrency: 2 });
    expect(account.words()).toBe("max_concurrency 2, requests_per_minute 60");
    expect(() => account.limit("acme", { maxConcurrency: 3 })).toThrow(
      "backend acme: max_concurrency is 3 here and 2 in another backend with the same key and address; write the same in both, or leave it out in one",
    );
    expect(() => account.limit("acme", { tokensPerMinute: 0.5 })).toThrow("tokens_per_minute must be a whole number");
    expect(account.words()).toBe("max_concurrency 2, requests_per_minute 60");
  });
});
