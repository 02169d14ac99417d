import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply, teamScript, text, type UpstreamCall } from "@massgen/upstream";
import { ask, asked, askStreamed, type Params, refusal, type Rig, soloConfig, startRig } from "./rig.ts";

let rig: Rig;
let solo: Rig;
beforeAll(async () => {
  [rig, solo] = await Promise.all([startRig(), startRig({ config: soloConfig })]);
});
afterAll(() => Promise.all([rig[Symbol.asyncDispose](), solo[Symbol.asyncDispose]()]));

/** A model that respects its token limit, a token for each word, and its stop sequences. */
function obedient(words: string): (call: UpstreamCall) => Reply {
  return ({ body }) => {
    const limit = body["max_completion_tokens"] ?? body["max_tokens"];
    const stops = [body["stop"] ?? []].flat() as string[];
    const ends = stops.map((stop) => words.indexOf(stop)).filter((at) => at >= 0);
    const said = words.slice(0, Math.min(words.length, ...ends)).split(" ");
    if (typeof limit !== "number" || said.length <= limit) return text(said.join(" "));
    return text(said.slice(0, limit).join(" "), { finish: "length" });
  };
}

/** Content and finish_reason, the same streamed and not. */
async function outcome(params: Params): Promise<[string | null, string]> {
  const [{ message, finish_reason }] = (await ask(solo, params)).choices;
  const streamed = await askStreamed(solo, params);
  expect([streamed.content, streamed.finishReason]).toEqual([message.content, finish_reason]);
  return [message.content, finish_reason];
}

test("D54: the token limit works under both names; max_completion_tokens wins", async () => {
  solo.play(obedient("one two three four five"));
  expect(await outcome({ max_completion_tokens: 2 })).toEqual(["one two", "length"]);
  expect(await outcome({ max_tokens: 2 })).toEqual(["one two", "length"]);
  expect(await outcome({ max_tokens: 4, max_completion_tokens: 3 })).toEqual(["one two three", "length"]);
  expect(await outcome({ max_tokens: 9 })).toEqual(["one two three four five", "stop"]);
  const calls = rig.play(teamScript({}));
  await ask(rig, { max_tokens: 77 });
  // A ballot cut by the client's limit would be no vote.
  const limited = calls().filter((call) => /tokens":77[,}]/i.test(JSON.stringify(call.body)));
  expect(limited.map(({ phase }) => phase).sort()).toEqual(["draft", "draft", "presentation"]);
});

test("D55: stop ends the answer before its text, as a string and as a list, and never a ballot; up to 64 are taken", async () => {
  solo.play(obedient("one two three four five"));
  expect(await outcome({ stop: " three" })).toEqual(["one two", "stop"]);
  expect(await outcome({ stop: ["x", " five", " four", "y"] })).toEqual(["one two three", "stop"]);
  expect(await outcome({ stop: ["1", "2", "3", "4", " five"] })).toEqual(["one two three four", "stop"]);
  const tooMany = Array.from({ length: 65 }, (_, at) => `${at}`);
  expect((await refusal(solo, { stop: tooMany })).error.param).toBe("stop");
  const calls = rig.play(teamScript({}));
  await ask(rig, { stop: ["<halt>"] });
  const stopped = calls().filter((call) => JSON.stringify(call.body).includes("<halt>"));
  expect(stopped.map(({ phase }) => phase).sort()).toEqual(["draft", "draft", "presentation"]);
});

describe("D56: out of range or of the wrong type", () => {
  test.each<[string, unknown]>([
    ["temperature", 2.1],
    ["temperature", -0.1],
    ["temperature", "1"],
    ["top_p", 1.1],
    ["frequency_penalty", 2.1],
    ["presence_penalty", -2.1],
    ["n", 0],
    ["n", 129],
    ["top_logprobs", 21],
    ["max_tokens", 1.5],
    ["max_completion_tokens", -2],
    ["seed", "x"],
    ["stream", "yes"],
    ["stop", 5],
    ["tools", {}],
    ["model", 4],
    ["parallel_tool_calls", "no"],
    ["reasoning_effort", "extreme"],
    ["metadata", []],
    ["stream_options", true],
  ])("%s %j: 400 with param", async (param, value) => {
    const { name, error } = await refusal(rig, { [param]: value });
    expect([name, error.param]).toEqual(["BadRequestError", param]);
  });
});

test("D57: n 2 is refused by name, n 1 is fine", async () => {
  expect((await refusal(rig, { n: 2 })).error).toMatchObject({ param: "n", code: "unsupported_parameter" });
  expect((await ask(rig, { n: 1 })).choices).toHaveLength(1);
});

test("D58: log probabilities are refused by name, never invented", async () => {
  expect((await refusal(rig, { logprobs: true })).error.param).toBe("logprobs");
  expect((await refusal(rig, { top_logprobs: 1 })).error.param).toBe("top_logprobs");
  expect((await ask(rig, { logprobs: false })).choices[0].logprobs).toBeNull();
});

test("D59: null is absent, in every field", async () => {
  const fields =
    "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities " +
    "moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention " +
    "reasoning_effort response_format safety_identifier seed service_tier stop store stream_options temperature tool_choice " +
    "tools top_logprobs top_p user verbosity web_search_options";
  const calls = solo.play(() => text("fine"));
  const nulls = Object.fromEntries(fields.split(" ").map((field) => [field, null]));
  expect(await outcome(nulls)).toEqual(["fine", "stop"]);
  expect(await outcome({})).toEqual(["fine", "stop"]);
  const [first, , third] = calls();
  expect(first?.body).toEqual(third?.body);
});

test("D60: unknown fields, and traces in the history, are neither refused, passed on nor echoed", async () => {
  const calls = solo.play(() => text("fine"));
  const mark = "MARK-OF-D60";
  const messages = [
    ...asked().messages,
    { role: "assistant", content: "Yes.", reasoning_content: mark, reasoning: mark },
    { role: "user", content: "And now?", name: "ada" },
  ] as Params["messages"] & object;
  const odd = { messages, top_k: 5, min_p: mark, chat_template_kwargs: { mark }, provider: { mark } };
  expect(JSON.stringify(await ask(solo, odd))).not.toContain(mark);
  expect(JSON.stringify(calls()[0]?.body)).not.toContain(mark);
  expect(calls()[0]?.body).not.toHaveProperty("top_k");
});

test.each([
  { max_tokens: 0 },
  { max_completion_tokens: 0 },
  // How requests made for local servers say that there is no limit.
  { max_tokens: -1 },
  { max_completion_tokens: -1 },
])("D61: stream_options without a stream, and %j, count as absent", async (limit) => {
  const calls = solo.play(() => text("fine"));
  const { choices } = await ask(solo, { stream_options: { include_usage: true }, ...limit });
  expect(choices[0].message.content).toBe("fine");
  expect(calls()[0]?.body).not.toHaveProperty("max_tokens");
  expect(calls()[0]?.body).not.toHaveProperty("max_completion_tokens");
});

test("D62: every reasoning_effort reaches the models, never their ballots", async () => {
  for (const effort of ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const) {
    const calls = rig.play(teamScript({}));
    await ask(rig, { reasoning_effort: effort });
    const told = calls().filter((call) => call.wire === "openai" && call.body["reasoning_effort"] !== undefined);
    expect(new Set(told.map((call) => call.body["reasoning_effort"]))).toEqual(new Set([effort]));
    expect(told.some(({ phase }) => phase === "ballot")).toBe(false);
  }
});

test("D63: the same seed draws the same winner of a tie", async () => {
  // Each votes for the other: a tie, and the draw decides who presents.
  rig.play(
    teamScript({
      ballot: (call) => teamScript({ votesFor: call.wire === "openai" ? "gemini-2.5-flash" : "gpt-4o" })(call),
      presentation: (call) => text(`By ${call.model}.`),
    }),
  );
  const winners = async (seeds: readonly number[]): Promise<string[]> => {
    const found: string[] = [];
    for (const seed of seeds) found.push((await ask(rig, { seed })).choices[0].message.content ?? "");
    return found;
  };
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const first = await winners(seeds);
  expect(await winners(seeds)).toEqual(first);
  expect(new Set(first).size).toBe(2);
});

test("D64: ignored fields reach no prompt and no provider", async () => {
  const calls = rig.play(teamScript({}));
  const mark = "MARK-OF-D64";
  await ask(rig, {
    metadata: { mark },
    user: mark,
    store: true,
    service_tier: "auto",
    prompt_cache_key: mark,
    safety_identifier: mark,
    prediction: { type: "content", content: mark },
  });
  expect(calls()).toHaveLength(5);
  expect(JSON.stringify(calls().map((call) => call.body))).not.toMatch(/MARK-OF-D64|service_tier|"store"/);
});

describe("D65: the SDK's request with all parameters", () => {
  const tool = { type: "function", function: { name: "f", description: "d", parameters: {}, strict: true } };
  const all = {
    messages: [{ role: "developer", content: "c", name: "n" }, ...asked().messages],
    frequency_penalty: -2,
    logit_bias: {},
    max_completion_tokens: 0,
    max_tokens: 0,
    metadata: { foo: "string" },
    modalities: ["text"],
    n: 1,
    parallel_tool_calls: true,
    prediction: { content: "string", type: "content" },
    presence_penalty: -2,
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    reasoning_effort: "low",
    response_format: { type: "text" },
    safety_identifier: "s",
    seed: -9_007_199_254_740_991,
    service_tier: "auto",
    stop: "\n",
    store: true,
    stream: false,
    stream_options: { include_usage: true, include_obfuscation: true },
    temperature: 1,
    tool_choice: "none",
    tools: [tool],
    top_logprobs: 0,
    top_p: 1,
    user: "user-1234",
    verbosity: "low",
  } as Params;

  test("is answered", async () => {
    solo.play(() => text("fine"));
    expect((await ask(solo, all)).choices[0].message.content).toBe("fine");
  });

  test.each<[string, unknown]>([
    ["audio", { format: "wav", voice: "alloy" }],
    ["functions", [{ name: "f" }]],
    ["logprobs", true],
    ["logit_bias", { 1: 2 }],
    ["moderation", { model: "m" }],
    ["web_search_options", { search_context_size: "low" }],
  ])("but for %s, which is refused by name", async (param, value) => {
    expect((await refusal(solo, { ...all, [param]: value })).error.param).toBe(param);
  });
});
