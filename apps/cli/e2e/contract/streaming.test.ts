import { afterAll, beforeAll, expect, test } from "vitest";
import { gated, teamScript, text } from "@massgen/upstream";
import OpenAI from "openai";
import { ask, asked, askStreamed, chunksOf, type Rig, soloConfig, startRig } from "./rig.ts";
import { readStream, send } from "./wire.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const usage = { stream_options: { include_usage: true } };

/** Trace lines without times and in a fixed order. */
function timeless(traces: string | undefined): string[] {
  return (traces ?? "")
    .split("\n")
    .map((line) => line.replace(/\d+\.\d s/, "some time"))
    .sort();
}

test("D11: the first chunk says the role, no other does", async () => {
  rig.play(teamScript({}));
  const deltas = (await chunksOf(rig)).map((chunk) => chunk.choices[0]?.delta ?? {});
  expect(deltas[0]).toEqual({ role: "assistant", content: "" });
  expect(deltas.slice(1).filter((delta) => "role" in delta)).toEqual([]);
});

test("D12: all chunks share id, time and model", async () => {
  rig.play(teamScript({}));
  const chunks = await chunksOf(rig, { model: "my-model", ...usage });
  const [{ id, created }] = chunks as [(typeof chunks)[number]];
  expect(chunks.length).toBeGreaterThan(10);
  for (const chunk of chunks) {
    expect(chunk).toMatchObject({ id, created, model: "my-model", object: "chat.completion.chunk" });
  }
});

test("D13: the streamed content is the content", async () => {
  rig.play(teamScript({ presentation: () => text("In the end, 100.", { chunks: 7 }) }));
  const { content } = await askStreamed(rig, { seed: 1 });
  expect(content).toBe("In the end, 100.");
  expect((await ask(rig, { seed: 1 })).choices[0].message.content).toBe(content);
});

test("D14: the streamed traces are the traces, and come before the content, never beside it", async () => {
  rig.play(teamScript({}));
  const chunks = await chunksOf(rig, { seed: 1 });
  const kinds = chunks.map((chunk) => Object.keys(chunk.choices[0]?.delta ?? {}).join());
  expect(kinds.lastIndexOf("reasoning_content")).toBeLessThan(kinds.indexOf("content"));
  const streamed = chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? "").join("");
  const { reasoning_content: whole } = (await ask(rig, { seed: 1 })).choices[0].message;
  expect(streamed).toContain("[orchestrator] Selected research-agent");
  expect(timeless(streamed)).toEqual(timeless(whole));
});

test("D15: one finish_reason, on an empty delta at the end, null before", async () => {
  rig.play(teamScript({}));
  const choices = (await chunksOf(rig)).map((chunk) => chunk.choices[0]);
  expect(choices.pop()).toMatchObject({ delta: {}, finish_reason: "stop" });
  expect(new Set(choices.map((choice) => choice?.finish_reason))).toEqual(new Set([null]));
});

test("D16: usage that was not asked for is not streamed", async () => {
  rig.play(teamScript({}));
  const chunks = await chunksOf(rig);
  expect(chunks.every((chunk) => chunk.choices.length === 1 && !chunk.usage)).toBe(true);
});

test("D17: include_usage adds one last chunk without choices; usage is null before", async () => {
  rig.play(teamScript({}));
  const chunks = await chunksOf(rig, usage);
  expect(chunks.pop()).toMatchObject({ choices: [], usage: { total_tokens: 75 } });
  expect(new Set(chunks.map((chunk) => chunk.usage))).toEqual(new Set([null]));
});

test("D18: streamed usage is the usage", async () => {
  rig.play(teamScript({}));
  const { usage: streamed } = await askStreamed(rig, usage);
  expect(streamed).toEqual((await ask(rig)).usage);
});

test("D19: the stream ends with one [DONE], and ends well", async () => {
  rig.play(teamScript({}));
  const response = await send(rig.url, { ...asked(), stream: true });
  const body = await response.rest();
  expect(body.match(/\[DONE\]/g)).toHaveLength(1);
  expect(body.endsWith("\n\ndata: [DONE]\n\n")).toBe(true);
  expect(response.message.complete).toBe(true);
});

test("D20: the headers keep proxies from holding back, packing or caching the stream", async () => {
  rig.play(teamScript({}));
  const response = await send(rig.url, { ...asked(), stream: true }, { headers: { "accept-encoding": "gzip, br" } });
  expect(response.headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  expect(response.headers).not.toHaveProperty("content-encoding");
  expect(readStream(await response.rest()).content).toBe("The final coordinated answer.");
});

test("D21: headers and first chunk are there before any model has answered", async () => {
  const gate = Promise.withResolvers<void>();
  rig.play(teamScript({ draft: () => gated(text("100"), gate.promise) }));
  const response = await send(rig.url, { ...asked(), stream: true });
  const first = await response.until("\n\n");
  expect(first).toContain('"delta":{"role":"assistant","content":""}');
  gate.resolve();
  expect(readStream(first + (await response.rest())).content).toBe("100");
});

test("D22: a comment goes out again and again while the models are silent", async () => {
  await using eager = await startRig({ args: ["--heartbeat", "0.02"] });
  const gate = Promise.withResolvers<void>();
  eager.play(teamScript({ draft: () => gated(text("100"), gate.promise) }));
  const response = await send(eager.url, { ...asked(), stream: true });
  let body = "";
  for (const _ of [1, 2, 3]) body += await response.until(": keep-alive\n");
  gate.resolve();
  expect(readStream(body + (await response.rest())).content).toBe("100");
});

test("D23: comments do not disturb OpenAI's client", async () => {
  await using eager = await startRig({ args: ["--heartbeat", "0.02"] });
  const gate = Promise.withResolvers<void>();
  eager.play(teamScript({ draft: () => gated(text("100"), gate.promise) }));
  // Lets the models answer when the client has been sent three comments.
  let comments = 0;
  const count = new TextDecoder();
  const counting = async (...request: Parameters<typeof fetch>): Promise<Response> => {
    const response = await fetch(...request);
    const watch = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        comments += count.decode(piece).split(": keep-alive").length - 1;
        if (comments >= 3) gate.resolve();
        controller.enqueue(piece);
      },
    });
    return new Response(response.body?.pipeThrough(watch), response);
  };
  const client = new OpenAI({ baseURL: `${eager.url}/v1`, apiKey: "any", maxRetries: 0, fetch: counting });
  expect((await askStreamed({ ...eager, client })).content).toBe("100");
  expect(comments).toBeGreaterThanOrEqual(3);
});

test("D24: whatever a model writes, every frame is one line of JSON", async () => {
  const odd = ["\n\ndata: [DONE]\n\n", "\r\n: x\r\n", "\u2028\u2029\u0085", "\ud83d", "\ude00", '"}]}\\', "\u0000"];
  const play = teamScript({ presentation: () => text(odd.join(" - "), { chunks: 30 }) });
  rig.play(play);
  const response = await send(rig.url, { ...asked(), stream: true });
  const body = await response.rest();
  expect(body).not.toMatch(/[\u2028\u2029\u0085]/);
  expect(readStream(body).content).toBe(odd.join(" - "));
});

test("D25: `.stream()` resolves with content, finish_reason and usage", async () => {
  rig.play(teamScript({}));
  const done = await rig.client.chat.completions.stream({ ...asked(usage) }).finalChatCompletion();
  expect(done.choices[0]).toMatchObject({
    message: { content: "The final coordinated answer." },
    finish_reason: "stop",
  });
  expect(done.usage).toMatchObject({ total_tokens: 75 });
});

test("D26: both readers of a teed stream, and a reader of its copy as bytes, get the whole text", async () => {
  rig.play(teamScript({}));
  const contentOf = async (chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> =>
    (await Array.fromAsync(chunks)).map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
  const stream = await rig.client.chat.completions.create({ ...asked(), stream: true });
  const [left, right] = stream.tee();
  const { Stream } = await import("openai/core/streaming");
  const bytes = Stream.fromReadableStream<OpenAI.ChatCompletionChunk>(right.toReadableStream(), new AbortController());
  expect(await Promise.all([contentOf(left), contentOf(bytes)])).toEqual(
    Array.from({ length: 2 }, () => "The final coordinated answer."),
  );
});

test("D27: a model that ends without a word is an error in the stream, and [DONE]", async () => {
  await using solo = await startRig({ config: soloConfig });
  solo.play(() => text(""));
  await expect(askStreamed(solo)).rejects.toMatchObject({ code: "invalid_response" });
});
