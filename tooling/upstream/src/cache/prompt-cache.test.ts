import { afterEach, expect, test } from "vitest";
import { httpError, text } from "../reply.ts";
import { startUpstream, type Upstream } from "../upstream.ts";
import type { WireName } from "../wire/wires.ts";
import { createPromptCache } from "./prompt-cache.ts";

let upstream: Upstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

/** A text of so many tokens; texts of other seeds differ from its first letter on. */
function tokens(count: number, seed = "a"): string {
  return seed.repeat(4 * count);
}

const usageOf = (wire: WireName, body: object, cache = createPromptCache(), model = "m") => {
  const { usage, keep } = cache.look({ wire, model, body: body as Readonly<Record<string, unknown>> });
  keep();
  return usage;
};

const user = (content: unknown) => ({ role: "user", content });

test("an earlier prompt is read as far as it is the same, in blocks of 128 tokens", () => {
  const cache = createPromptCache();
  const history = [{ role: "system", content: tokens(1500) }, user("Hi")];
  expect(usageOf("openai", { messages: history }, cache)).toMatchObject({ cachedInputTokens: 0 });
  const more = [...history, { role: "assistant", content: "Hello" }, user(tokens(600, "b"))];
  const second = usageOf("openai", { messages: more }, cache);
  // 1,500 tokens and what JSON adds: eleven blocks of the system message, and not the twelfth, which goes on.
  expect(second.cachedInputTokens).toBe(11 * 128);
  const third = usageOf("openai", { messages: [...more, user("And?")] }, cache);
  const [read, before] = [third.cachedInputTokens ?? 0, second.inputTokens];
  expect([read % 128, before - read < 128]).toEqual([0, true]);
});

test("nothing is read behind a difference, nor fewer than 1,024 tokens", () => {
  const cache = createPromptCache();
  const say = (...contents: readonly string[]) => usageOf("openai", { messages: contents.map(user) }, cache);
  say(tokens(900), tokens(900, "b"));
  expect(say(tokens(900), tokens(900, "c")).cachedInputTokens).toBe(0);
  expect(say(`x${tokens(900)}`, tokens(900, "b")).cachedInputTokens).toBe(0);
  expect(say(tokens(900), tokens(900, "b")).cachedInputTokens).toBeGreaterThan(1700);
});

test("tools and the schema of the answer come before the messages", () => {
  const cache = createPromptCache();
  const messages = [user(tokens(2000))];
  usageOf("openai", { messages, tools: [{ function: { name: "vote" } }] }, cache);
  expect(usageOf("openai", { messages, tools: [{ function: { name: "look" } }] }, cache).cachedInputTokens).toBe(0);
  expect(usageOf("openai", { messages, response_format: { type: "json_object" } }, cache).cachedInputTokens).toBe(0);
});

test("what one model, or one key, has is not another's, and nobody has it before the answer begins", () => {
  const cache = createPromptCache();
  const body = { messages: [user(tokens(2000))], prompt_cache_key: "one" };
  const began = cache.look({ wire: "openai", model: "m", body });
  const read = (own: object, model: string) =>
    cache.look({ wire: "openai", model, body: { ...body, ...own } }).usage.cachedInputTokens;
  expect(read({}, "m")).toBe(0);
  began.keep();
  expect([read({}, "m"), read({}, "n"), read({ prompt_cache_key: "two" }, "m")]).toEqual([15 * 128, 0, 0]);
});

const mark = { cache_control: { type: "ephemeral" } };
const block = (content: string, own: object = {}) => ({ type: "text", text: content, ...own });

test("Claude keeps what is marked, and reads it wherever the marks stand next time", () => {
  const cache = createPromptCache();
  const system = [block(tokens(2000), mark)];
  const first = usageOf("claude", { system, messages: [user("Hi")] }, cache);
  expect(first.cachedInputTokens).toBe(0);
  expect(first.cacheWriteTokens).toBeGreaterThanOrEqual(2000);
  expect(first.inputTokens).toBeGreaterThan(first.cacheWriteTokens ?? 0);
  // The mark has moved on: an earlier one is found among the blocks before it, and only what is new is written.
  const longer = { system: [block(tokens(2000))], messages: [user([block("Hi")]), user([block(tokens(500), mark)])] };
  const second = usageOf("claude", longer, cache);
  expect(second.cachedInputTokens).toBe(first.cacheWriteTokens);
  expect((second.cachedInputTokens ?? 0) + (second.cacheWriteTokens ?? 0)).toBe(second.inputTokens);
});

test("Claude keeps nothing without a mark, nor a prompt of fewer than 1,024 tokens", () => {
  const cache = createPromptCache();
  const ask = (body: object) => usageOf("claude", body, cache);
  const nothing = { cachedInputTokens: 0, cacheWriteTokens: 0 };
  const unmarked = { messages: [user(tokens(3000))] };
  const short = { messages: [user([block(tokens(900), mark)])] };
  for (const body of [unmarked, unmarked, short, short]) expect(ask(body)).toMatchObject(nothing);
});

test("Claude marks the last block of a request that is marked as a whole", () => {
  const body = { ...mark, messages: [user([block(tokens(2000)), block("Hi")])] };
  const { inputTokens, cacheWriteTokens } = usageOf("claude", body);
  expect(cacheWriteTokens).toBe(inputTokens);
});

test("Claude looks for a mark among twenty blocks", () => {
  const turns = (count: number) => Array.from({ length: count }, (_, n) => block(`Turn ${n}.`));
  const read = (between: number) => {
    const cache = createPromptCache();
    usageOf("claude", { messages: [user([block(tokens(2000), mark)])] }, cache);
    const later = { messages: [user([block(tokens(2000)), ...turns(between - 1), block("Now.", mark)])] };
    return (usageOf("claude", later, cache).cachedInputTokens ?? 0) > 0;
  };
  expect([read(20), read(21)]).toEqual([true, false]);
});

test("Claude: how tools are used changes the messages, and nothing before them", () => {
  const cache = createPromptCache();
  const ask = (tool_choice: object) => {
    const tools = [{ name: "vote", description: tokens(1500), ...mark }];
    return usageOf("claude", { tools, tool_choice, messages: [user([block(tokens(1000), mark)])] }, cache);
  };
  const first = ask({ type: "auto" });
  const other = ask({ type: "any" });
  const again = ask({ type: "any" });
  expect(other.cachedInputTokens).toBeGreaterThanOrEqual(1500);
  expect(other.cachedInputTokens).toBeLessThan(1600);
  expect(again).toMatchObject({ cachedInputTokens: first.cacheWriteTokens, cacheWriteTokens: 0 });
});

const long = tokens(2000);
/** A request on each wire, where its answer counts, and what is to be there the first and the second time. */
const requests: readonly {
  readonly wire: WireName;
  readonly path: string;
  readonly body: object;
  readonly counted: (answer: never) => unknown;
  readonly first: object;
  readonly second: object;
}[] = [
  {
    wire: "openai",
    path: "v1/chat/completions",
    body: { model: "m", messages: [user(long)] },
    counted: ({ usage }: { usage: unknown }) => usage,
    first: { prompt_tokens: 2007, prompt_tokens_details: { cached_tokens: 0 }, total_tokens: 2012 },
    second: { prompt_tokens: 2007, prompt_tokens_details: { cached_tokens: 1920 }, total_tokens: 2012 },
  },
  {
    wire: "responses",
    path: "v1/responses",
    body: { model: "m", input: [user(long)] },
    counted: ({ usage }: { usage: unknown }) => usage,
    first: { input_tokens: 2007, input_tokens_details: { cached_tokens: 0 }, total_tokens: 2012 },
    second: { input_tokens: 2007, input_tokens_details: { cached_tokens: 1920 }, total_tokens: 2012 },
  },
  {
    wire: "claude",
    path: "v1/messages",
    body: { model: "m", messages: [user([block(long, mark), block("Hi")])] },
    counted: ({ usage }: { usage: unknown }) => usage,
    first: { input_tokens: 7, cache_creation_input_tokens: 2008, cache_read_input_tokens: 0, output_tokens: 5 },
    second: { input_tokens: 7, cache_creation_input_tokens: 0, cache_read_input_tokens: 2008, output_tokens: 5 },
  },
  {
    wire: "gemini",
    path: "v1beta/models/m:generateContent",
    body: { contents: [{ role: "user", parts: [{ text: long }] }] },
    counted: ({ usageMetadata }: { usageMetadata: unknown }) => usageMetadata,
    first: { promptTokenCount: 2010, totalTokenCount: 2015 },
    second: { promptTokenCount: 2010, cachedContentTokenCount: 1920, totalTokenCount: 2015 },
  },
];

async function post(path: string, body: object): Promise<Response> {
  return fetch(`${upstream?.url}/${path}`, { method: "POST", body: JSON.stringify(body) });
}

test.each(requests)("$wire: reports it in the service's own words", async ({ path, body, counted, first, second }) => {
  upstream = await startUpstream(() => text("Well."), { promptCache: true });
  const ask = async () => counted((await (await post(path, body)).json()) as never);
  expect(await ask()).toMatchObject(first);
  expect(Object.keys((await ask()) as object)).toEqual(expect.arrayContaining(Object.keys(second)));
  expect(await ask()).toMatchObject(second);
  expect(upstream.calls[2]?.usage?.cachedInputTokens).toBe(path === "v1/messages" ? 2008 : 1920);
});

test("a stream reports it as well; Claude at its beginning", async () => {
  upstream = await startUpstream(() => text("Well."), { promptCache: true });
  const chat = { model: "m", messages: [user(long)], stream: true, stream_options: { include_usage: true } };
  const claude = { model: "m", messages: [user([block(long, mark)])], stream: true };
  for (const [path, body] of [
    ["v1/chat/completions", chat],
    ["v1/messages", claude],
  ] as const) {
    await (await post(path, body)).text();
    const said = await (await post(path, body)).text();
    expect(said).toMatch(
      path === "v1/messages" ? /message_start.*"cache_read_input_tokens":2\d{3}/ : /"cached_tokens":1920/,
    );
  }
});

test("a prompt that was refused is not kept, and five marks are refused", async () => {
  upstream = await startUpstream(({ n }) => (n === 1 ? httpError(429) : text("Well.")), { promptCache: true });
  const path = "v1/messages";
  const body = { model: "m", messages: [user([block(long, mark)])] };
  expect((await post(path, body)).status).toBe(429);
  expect(await (await post(path, body)).json()).toMatchObject({ usage: { cache_read_input_tokens: 0 } });
  const marks = await post(path, { model: "m", messages: [user(Array.from({ length: 5 }, () => block("x", mark)))] });
  expect(marks.status).toBe(400);
  expect(await marks.json()).toMatchObject({
    error: { type: "invalid_request_error", message: expect.stringContaining("A maximum of 4 blocks") as string },
  });
});
