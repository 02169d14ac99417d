import { afterEach, expect, test } from "vitest";
import {
  cut,
  empty200,
  gated,
  hang,
  hangMidStream,
  html200,
  httpError,
  inBandError,
  json200,
  newAnswer,
  paced,
  raw,
  reset,
  text,
  toolCalls,
  vote,
  type Reply,
} from "./reply.ts";
import { teamScript } from "./team-script.ts";
import { startUpstream, type Script, type Upstream } from "./upstream.ts";

const open: Upstream[] = [];

async function start(script: Script | Reply): Promise<Upstream> {
  const upstream = await startUpstream(typeof script === "function" ? script : () => script);
  open.push(upstream);
  return upstream;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((upstream) => upstream.close()));
});

function chat(upstream: Upstream, body: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "Hi" }], ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function generate(upstream: Upstream, method = "streamGenerateContent?alt=sse"): Promise<Response> {
  return fetch(`${upstream.url}/v1beta/models/gemini-x:${method}`, {
    method: "POST",
    body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hi" }] }] }),
  });
}

interface Chunk {
  readonly choices?: readonly { delta: Record<string, unknown>; finish_reason: string | null }[];
  readonly candidates?: readonly { content: { parts: readonly Record<string, unknown>[] }; finishReason?: string }[];
  readonly usage?: unknown;
  readonly usageMetadata?: Record<string, number>;
  readonly error?: unknown;
}

async function events(response: Response, end = "\n\n"): Promise<{ chunks: Chunk[]; done: boolean }> {
  const frames = (await response.text()).split(end).filter((frame) => frame !== "");
  const payloads = frames.map((frame) => frame.slice("data: ".length));
  const chunks = payloads.filter((payload) => payload !== "[DONE]").map((payload) => JSON.parse(payload) as Chunk);
  return { chunks, done: payloads.at(-1) === "[DONE]" };
}

const deltas = (chunks: readonly Chunk[]) => chunks.flatMap((chunk) => chunk.choices ?? []).map(({ delta }) => delta);
const contentOf = (chunks: readonly Chunk[]) =>
  deltas(chunks)
    .map((delta) => (typeof delta["content"] === "string" ? delta["content"] : ""))
    .join("");
const parts = (chunks: readonly Chunk[]) => chunks.flatMap((c) => c.candidates ?? []).flatMap((c) => c.content.parts);

async function readUntil(response: Response, wanted: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended before ${wanted}: ${seen}`);
    seen += decoder.decode(value, { stream: true });
  }
  return reader;
}

test("streams text on the OpenAI wire, with usage only when asked", async () => {
  const upstream = await start(text("Grün 👍 ist", { chunks: 4, reasoning: "hm" }));
  const plain = await events(await chat(upstream));
  expect(plain.done).toBe(true);
  expect(contentOf(plain.chunks)).toBe("Grün 👍 ist");
  expect(deltas(plain.chunks).filter((delta) => delta["content"])).toHaveLength(4);
  expect(deltas(plain.chunks)[0]).toEqual({ role: "assistant", content: "" });
  expect(deltas(plain.chunks)[1]).toEqual({ reasoning_content: "hm" });
  expect(plain.chunks.at(-1)?.choices?.[0]?.finish_reason).toBe("stop");
  expect(plain.chunks.every((chunk) => !("usage" in chunk))).toBe(true);

  const counted = await events(await chat(upstream, { stream_options: { include_usage: true } }));
  expect(counted.chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 15 } });
  expect(counted.chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
});

test("answers in one JSON body when no stream is asked for", async () => {
  const upstream = await start(toolCalls([{ name: "f", arguments: { a: 1 } }]));
  const body: unknown = await (await chat(upstream, { stream: false })).json();
  expect(body).toMatchObject({
    object: "chat.completion",
    choices: [
      {
        message: { content: null, tool_calls: [{ id: "call_1_0", function: { name: "f", arguments: '{"a":1}' } }] },
        finish_reason: "tool_calls",
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  });
});

test("streams tool calls in fragments that add up", async () => {
  const upstream = await start(vote("agent2", "better"));
  const { chunks } = await events(await chat(upstream));
  const calls = deltas(chunks).flatMap(
    (delta) => (delta["tool_calls"] ?? []) as { id?: string; function: { name?: string; arguments: string } }[],
  );
  expect(calls[0]).toMatchObject({ id: "call_1_0", function: { name: "vote" } });
  expect(calls.slice(1).every((call) => call.id === undefined)).toBe(true);
  expect(JSON.parse(calls.map((call) => call.function.arguments).join(""))).toEqual({
    agent_id: "agent2",
    reason: "better",
  });
  expect(chunks.at(-1)?.choices?.[0]?.finish_reason).toBe("tool_calls");
});

test("speaks Gemini with CRLF, growing usage and STOP on the last event", async () => {
  const upstream = await start(
    text("one two", { chunks: 2, reasoning: "hm", usage: { inputTokens: 7, outputTokens: 9, reasoningTokens: 3 } }),
  );
  const response = await generate(upstream);
  const { chunks } = await events(response, "\r\n\r\n");
  expect(parts(chunks)).toEqual([{ text: "hm", thought: true }, { text: "one" }, { text: " two" }, { text: "" }]);
  expect(chunks.map((chunk) => chunk.usageMetadata?.["candidatesTokenCount"])).toEqual([2, 4, 6, 6]);
  expect(chunks.at(-1)?.usageMetadata).toMatchObject({ thoughtsTokenCount: 3, totalTokenCount: 16 });
  expect(chunks.map((chunk) => chunk.candidates?.[0]?.finishReason)).toEqual([undefined, undefined, undefined, "STOP"]);
  expect(upstream.calls[0]).toMatchObject({ wire: "gemini", model: "gemini-x" });
});

test("sends Gemini tool calls whole, the first one signed", async () => {
  const upstream = await start(
    toolCalls([
      { name: "new_answer", arguments: { content: "x" } },
      { name: "broken", arguments: "{" },
    ]),
  );
  const { chunks } = await events(await generate(upstream), "\r\n\r\n");
  const [first, second] = parts(chunks);
  expect(first).toMatchObject({ functionCall: { name: "new_answer", args: { content: "x" } } });
  expect(first).toHaveProperty("thoughtSignature");
  expect(second).toEqual({ functionCall: { id: "call_1_1", name: "broken", args: "{" } });
});

test("answers generateContent with one JSON body", async () => {
  const upstream = await start(newAnswer("x"));
  const body: unknown = await (await generate(upstream, "generateContent")).json();
  expect(body).toMatchObject({
    candidates: [{ content: { parts: [{ functionCall: { name: "new_answer" } }] }, finishReason: "STOP" }],
    usageMetadata: { totalTokenCount: 15 },
  });
});

test("refuses in each wire's own shape", async () => {
  const upstream = await start(httpError(429, undefined, { "retry-after": "7" }));
  const openai = await chat(upstream);
  expect([openai.status, openai.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(await openai.json()).toMatchObject({ error: { type: "rate_limit_error" } });
  expect(await (await generate(upstream)).json()).toMatchObject({ error: { code: 429, status: "RESOURCE_EXHAUSTED" } });
});

test.each([
  ["an object", httpError(400, { error: "no" }), 400, '{"error":"no"}'],
  ["a page", httpError(502, "<h1>Bad gateway</h1>"), 502, "<h1>Bad gateway</h1>"],
  ["nothing", empty200(), 200, ""],
  ["any JSON", json200([1]), 200, "[1]"],
])("sends %s as a body", async (_name, reply, status, body) => {
  const response = await chat(await start(reply));
  expect([response.status, await response.text()]).toEqual([status, body]);
});

test("sends a web page with status 200", async () => {
  const response = await chat(await start(html200()));
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
});

test("cuts a stream in good order without its terminal marker", async () => {
  const { chunks, done } = await events(await chat(await start(cut("half"))));
  expect(contentOf(chunks)).toBe("half");
  expect(done).toBe(false);
  expect(chunks.every((chunk) => chunk.choices?.[0]?.finish_reason === null)).toBe(true);
});

test("cuts a JSON body in the middle", async () => {
  const body = await (await chat(await start(cut("half")), { stream: false })).text();
  expect(body.length).toBeGreaterThan(0);
  expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
});

test("puts an error into the stream after the text", async () => {
  const { chunks, done } = await events(await chat(await start(inBandError("so far", { message: "boom", code: 503 }))));
  expect(contentOf(chunks)).toBe("so far");
  expect(chunks.at(-1)?.error).toEqual({ message: "boom", code: 503 });
  expect(done).toBe(false);
});

test("resets before the headers", async () => {
  const upstream = await start(reset());
  await expect(chat(upstream)).rejects.toThrow("fetch failed");
  expect(upstream.calls[0]?.state).toBe("finished");
});

test("resets after the text has arrived", async () => {
  const response = await chat(await start(reset("so far")));
  const reader = await readUntil(response, "far");
  await expect(reader.read()).rejects.toThrow("terminated");
});

test("writes raw bytes as given", async () => {
  const bytes = Buffer.from("data: ü\r\n\r\n: end");
  const upstream = await start(raw([bytes.subarray(0, 7), bytes.subarray(7), "!"]));
  expect(await (await chat(upstream)).text()).toBe("data: ü\r\n\r\n: end!");
  expect(upstream.calls[0]?.bytesWritten).toBe(bytes.length + 1);
});

test("hangs before the headers until the client leaves", async () => {
  const upstream = await start(hang());
  const leave = new AbortController();
  const answer = chat(upstream, {}, leave.signal);
  const call = await upstream.waitForCall(({ state }) => state === "open");
  leave.abort();
  await expect(answer).rejects.toThrow("aborted");
  await call.closed;
  expect([call.state, upstream.openCalls()]).toEqual(["aborted-by-client", 0]);
  expect(call.endedAt).toBeGreaterThanOrEqual(call.startedAt);
});

test("hangs in mid-stream until the client leaves", async () => {
  const upstream = await start(hangMidStream("so far"));
  const reader = await readUntil(await chat(upstream), "far");
  expect(upstream.openCalls()).toBe(1);
  await reader.cancel();
  await upstream.waitForCall(({ state }) => state === "aborted-by-client");
  await upstream.idle();
});

test("a gate holds the answer back until it opens", async () => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const upstream = await start(({ n }) => (n === 1 ? gated(text("slow"), gate.promise) : text("fast")));
  const slow = chat(upstream).then((response) => {
    order.push("slow");
    return response.text();
  });
  await upstream.waitForCall(({ n }) => n === 1);
  await (await chat(upstream)).text();
  order.push("fast");
  gate.resolve();
  await slow;
  expect(order).toEqual(["fast", "slow"]);
});

test("a client may leave at a closed gate", async () => {
  const upstream = await start(gated(text("never"), new Promise<void>(() => undefined)));
  const leave = new AbortController();
  const answer = chat(upstream, {}, leave.signal);
  await upstream.waitForCall(() => true);
  leave.abort();
  await expect(answer).rejects.toThrow("aborted");
  await upstream.idle();
  expect(upstream.calls[0]?.state).toBe("aborted-by-client");
});

test("a paced reply takes at least its time", async () => {
  const upstream = await start(paced(text("abcdef", { chunks: 3 }), { firstMs: 30, everyMs: 10 }));
  const began = performance.now();
  await (await chat(upstream)).text();
  // A timer may fire up to a millisecond early.
  expect(performance.now() - began).toBeGreaterThanOrEqual(49);
});

test("a client that does not read stops the writer", async () => {
  const block = Buffer.alloc(64 * 1024, "x");
  const size = 512 * block.length;
  const upstream = await start(raw(Array.from({ length: 512 }, () => block)));
  const response = await chat(upstream);
  const reader = await readUntil(response, "xxx");
  expect(upstream.calls[0]?.bytesWritten).toBeLessThan(size / 2);
  await reader.cancel();
  await upstream.idle();
});

test("reuses connections and counts them", async () => {
  const upstream = await start(text("x"));
  for (let round = 0; round < 5; round++) await (await chat(upstream)).text();
  expect(upstream.calls).toHaveLength(5);
  // The client frees its connection a turn after the body's end, so that the second call may open another one.
  expect(upstream.connections()).toBeLessThanOrEqual(2);
});

test("a script that throws is a 500, and close tells", async () => {
  const upstream = await startUpstream(() => {
    throw new Error("unexpected call");
  });
  expect((await chat(upstream)).status).toBe(500);
  expect(upstream.calls[0]?.state).toBe("failed");
  await expect(upstream.close()).rejects.toThrow("unexpected call");
});

test("close ends open calls and fails those who wait", async () => {
  const upstream = await startUpstream(() => hang());
  const answer = chat(upstream);
  const never = upstream.waitForCall(({ n }) => n === 2);
  await upstream.waitForCall(({ n }) => n === 1);
  const settled = Promise.allSettled([answer, never]);
  await upstream.close();
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(upstream.calls[0]?.state).toBe("failed");
  await expect(upstream.waitForCall(({ n }) => n === 2)).rejects.toThrow("closed");
});

test("serves nothing else", async () => {
  const upstream = await start(text("x"));
  expect((await fetch(`${upstream.url}/v1/models`)).status).toBe(404);
  const broken = await fetch(`${upstream.url}/v1/chat/completions`, { method: "POST", body: "{" });
  expect(broken.status).toBe(400);
  expect(upstream.calls).toHaveLength(0);
});

test("a team's script drafts, votes and presents", async () => {
  const upstream = await start(teamScript({ votesFor: "n" }));
  const shown = "<CURRENT ANSWERS>\n<agent2>\nx\n</agent2>\n<agent3>\nDraft by n.\n</agent3>\n</CURRENT ANSWERS>";
  const messages = [{ role: "user", content: shown }];
  const draft = await events(await chat(upstream));
  expect(contentOf(draft.chunks)).toBe("Draft by m.");
  const asked = { messages, tools: [{ function: { name: "vote" } }], stream: false };
  expect(await (await chat(upstream, asked)).text()).toContain("agent3");
  const final = await events(await chat(upstream, { messages }));
  expect(contentOf(final.chunks)).toBe("The final coordinated answer.");
  expect(upstream.calls.map((call) => call.phase)).toEqual(["draft", "ballot", "presentation"]);
});

test("Responses: encrypted reasoning comes to whoever asks for it, and an error ends the numbered events", async () => {
  const upstream = await start(({ n }) =>
    n < 3 ? text("Well.", { reasoning: "Hm." }) : inBandError("We", { code: "server_error", message: "Lost." }),
  );
  const respond = async (fields: object): Promise<string> => {
    const body = JSON.stringify({ model: "m", stream: true, input: "Hi", ...fields });
    return (await fetch(`${upstream.url}/v1/responses`, { method: "POST", body })).text();
  };
  expect(await respond({ include: ["reasoning.encrypted_content"] })).toContain('"encrypted_content":"');
  expect(await respond({})).not.toContain("encrypted_content");
  const failed = (await respond({})).split("\n").filter((line) => line.startsWith("data: "));
  const payloads = failed.map((line) => JSON.parse(line.slice("data: ".length)) as Record<string, unknown>);
  expect(payloads.map((payload) => payload["sequence_number"])).toEqual(payloads.map((_, n) => n));
  expect(payloads.slice(-2)).toMatchObject([
    { type: "error", error: { message: "Lost." } },
    { type: "response.failed", response: { error: { code: "server_error" } } },
  ]);
});
