import { Agent, request } from "node:http";
import { connect } from "node:net";
import type { Run, RunEvent } from "@massgen/core";
import { afterEach, expect, test } from "vitest";
import type { LogEntry, Ports } from "../src/index.ts";
import { chunksOf, hello, joined, post, rawPost, start, type TestServer } from "./client.ts";
import { manualPorts } from "./manual-ports.ts";
import { answered, drafting, receipt, onlyIterated, scriptedEngine } from "./scripted-run.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.running.close({ timeoutMs: 0 });
  server = undefined;
});

const streamed = { ...hello, stream: true };

test("sends headers and the role chunk before the run has said anything", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const response = await rawPost(server.url, { ...streamed, model: "gpt-x" });
  const first = await response.until("\n\n");
  const run = await engine.nextRun();
  expect(run.request.delivery).toBe("live");
  expect(run.request.deadlineMs).toBeUndefined();
  expect(JSON.parse(first.slice("data: ".length))).toMatchObject({
    object: "chat.completion.chunk",
    model: "gpt-x",
    choices: [{ index: 0, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }],
  });
  expect(response.status).toBe(200);
  expect(response.headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    "x-massgen-run-id": "run-1",
  });
  expect(response.headers["x-request-id"]).toMatch(/^req_/);
  expect(response.headers["content-encoding"]).toBeUndefined();
});

test("sends every piece as soon as the run brings it, in order, and ends with [DONE]", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const response = await rawPost(server.url, streamed);
  const run = await engine.nextRun();
  let text = await response.until("\n\n");
  run.emit(drafting);
  text += await response.until("[a] Drafting...");
  run.emit({ type: "draft-started", agentId: "b" });
  text += await response.until("[b] Drafting...");
  run.emit({ type: "content-delta", text: "one " });
  text += await response.until("one ");
  run.reply("two", answered("one two"));
  text += await response.rest();

  const chunks = chunksOf(text);
  expect(joined(chunks, "content")).toBe("one two");
  expect(joined(chunks, "reasoning_content")).toBe("[a] Drafting...\n[b] Drafting...\n");
  expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, null, null, null, "stop"]);
  expect(chunks.at(-1)).toMatchObject({ choices: [{ delta: {} }], massgen_metadata: { run_id: "run-1", winner: "a" } });
  expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
  expect(chunks.every((chunk) => !("usage" in chunk))).toBe(true);
});

test("the stream and the whole answer carry the same text and traces", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const play = async (body: object): Promise<Response> => {
    const response = post(server?.url ?? "", body);
    const run = await engine.nextRun();
    run.emit(drafting, { type: "draft-started", agentId: "b" });
    run.reply("Hi 👋", answered("Hi 👋"));
    return response;
  };
  const whole = (await (await play(hello)).json()) as { choices: [{ message: Record<string, unknown> }] };
  const chunks = chunksOf(await (await play(streamed)).text());
  const { message } = whole.choices[0];
  expect(joined(chunks, "content")).toBe(message.content);
  expect(joined(chunks, "reasoning_content")).toBe(message.reasoning_content);
  expect(message.reasoning_content).toBe("[a] Drafting...\n[b] Drafting...\n");
});

test("include_usage adds one last chunk, and null on the others", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const response = post(server.url, { ...streamed, stream_options: { include_usage: true } });
  (await engine.nextRun()).reply("x");
  const chunks = chunksOf(await (await response).text());
  const last = chunks.pop();
  expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 } });
  expect(chunks.map((chunk) => chunk.usage)).toEqual([null, null, null]);
});

test("a failure in the middle of the answer is told in two frames at once, then [DONE]", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const response = post(server.url, { ...streamed, stream_options: { include_usage: true } });
  const run = await engine.nextRun();
  run.emit({ type: "content-delta", text: "half" });
  run.fail({ failure: { code: "truncated", message: "a broke off" }, receipt });
  const text = await (await response).text();
  const chunks = chunksOf(text);
  expect(joined(chunks.slice(0, -1), "content")).toBe("half");
  expect(chunks.at(-1)).toEqual({
    error: { message: "a broke off", type: "upstream_error", param: null, code: "truncated" },
  });
  const frame = `data: ${JSON.stringify(chunks.at(-1))}\n\n`;
  expect(text).toMatch(/"content":"half"\}[^\n]*\n\ndata: \{"error":/);
  expect(text.endsWith(`${frame}event: error\n${frame}data: [DONE]\n\n`)).toBe(true);
  expect(text).not.toMatch(/"finish_reason":"|"usage":\{|massgen_metadata/);
});

test("a defect in the middle of a stream is told in the stream, without detail, and logged", async () => {
  const log: unknown[] = [];
  const broken = (): Run => ({
    id: "r",
    ...onlyIterated,
    async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {
      yield { type: "content-delta", text: "half", atMs: 0 };
      throw new Error("secret detail");
    },
  });
  server = await start({ engine: scriptedEngine({ run: broken }), options: { log: (entry) => log.push(entry) } });
  const text = await (await post(server.url, streamed)).text();
  expect(chunksOf(text).at(-1)).toMatchObject({ error: { type: "server_error", code: "internal_error" } });
  expect(text).not.toContain("secret");
  await server.running.close({ timeoutMs: 1000 });
  expect(log).toEqual([
    expect.objectContaining({ status: 200, error: expect.objectContaining({ message: "secret detail" }) }),
  ]);
});

test("a run that never says how it ended is a failure", async () => {
  const empty = (): Run => ({ id: "r", ...onlyIterated, async *[Symbol.asyncIterator]() {} });
  server = await start({ engine: scriptedEngine({ run: empty }) });
  expect(chunksOf(await (await post(server.url, streamed)).text()).at(-1)).toHaveProperty(
    "error.code",
    "internal_error",
  );
  const response = await post(server.url, hello);
  expect(response.status).toBe(500);
  expect(response.headers.get("x-should-retry")).toBe("false");
});

test("text that looks like frames stays text", async () => {
  const hostile = 'a\n\ndata: [DONE]\n\n: x\r\nb\u2028c\ud83d"';
  const engine = scriptedEngine();
  server = await start({ engine });
  const response = post(server.url, streamed);
  const run = await engine.nextRun();
  run.emit({ type: "content-delta", text: hostile });
  run.reply("\ude00", answered(`${hostile}\ude00`));
  const text = await (await response).text();
  expect(text).not.toContain("\u2028");
  expect(joined(chunksOf(text), "content")).toBe(`${hostile}\ude00`);
});

test("a comment goes out after so much silence, counted from the last frame, and not after the end", async () => {
  const ports = manualPorts();
  const engine = scriptedEngine();
  server = await start({ engine, ports, options: { heartbeatMs: 1000 } });
  const response = await rawPost(server.url, streamed);
  const run = await engine.nextRun();
  await response.until("\n\n");
  ports.advance(1000);
  expect(await response.until("\n")).toBe(": keep-alive\n");
  ports.advance(600);
  run.emit(drafting);
  expect(await response.until("\n\n")).toContain("[a] Drafting");
  // 1200 ms after the comment, but only 600 after the last frame.
  ports.advance(600);
  run.emit({ type: "draft-started", agentId: "b" });
  expect(await response.until("\n\n")).toContain("[b] Drafting");
  ports.advance(1000);
  expect(await response.until("\n")).toBe(": keep-alive\n");
  run.reply("x");
  const rest = await response.rest();
  expect(rest).not.toContain("keep-alive");
  // Nothing stands between the comment and what follows it.
  expect(rest).toMatch(/^data: /);
  expect(ports.timers()).toBe(0);
});

test("heartbeats go on, and times are right, when the clock of the day is set back", async () => {
  const ports = manualPorts();
  const log: LogEntry[] = [];
  const engine = scriptedEngine();
  const options = { heartbeatMs: 1000, log: (entry: LogEntry) => log.push(entry) };
  server = await start({ engine, ports, options });
  const response = await rawPost(server.url, streamed);
  const run = await engine.nextRun();
  await response.until("\n\n");
  ports.advance(1000);
  await response.until(": keep-alive\n");
  ports.setBack(3_600_000);
  for (let beats = 0; beats < 3; beats += 1) {
    ports.advance(1000);
    expect(await response.until("\n")).toBe(": keep-alive\n");
  }
  run.reply("x");
  await response.rest();
  await server.running.close({ timeoutMs: 1000 });
  expect(log).toEqual([expect.objectContaining({ ms: 4000, firstByteMs: 0, firstContentMs: 4000 })]);
});

test("heartbeat 0 starts no timer", async () => {
  const ports = manualPorts();
  const engine = scriptedEngine();
  server = await start({ engine, ports, options: { heartbeatMs: 0 } });
  const response = await rawPost(server.url, streamed);
  await response.until("\n\n");
  expect(ports.timers()).toBe(0);
});

test("no timer outlives the client, even when the run does not end", async () => {
  const ports = manualPorts();
  const endless = (): Run => ({
    id: "r",
    ...onlyIterated,
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  });
  server = await start({ engine: scriptedEngine({ run: endless }), ports });
  const response = await rawPost(server.url, streamed);
  await response.until("\n\n");
  expect(ports.timers()).toBe(1);
  response.destroy();
  await expect.poll(() => ports.timers()).toBe(0);
});

test("a slow reader slows the run down and loses nothing", async () => {
  const piece = "x".repeat(64 * 1024);
  const pieces = 800;
  let taken = 0;
  const flood = (): Run => ({
    id: "r",
    ...onlyIterated,
    async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {
      for (; taken < pieces; taken += 1) {
        // Like a provider, this one gives other work its turn.
        await new Promise((resolve) => setImmediate(resolve));
        yield { type: "content-delta", text: piece, atMs: 0 };
      }
      yield { type: "run-finished", result: answered(""), atMs: 0, seq: 1 };
    },
  });
  server = await start({ engine: scriptedEngine({ run: flood }), options: { heartbeatMs: 0 } });
  const response = await rawPost(server.url, streamed);
  await response.until("\n\n");
  // Not reading: the run must come to rest far from its end, however big the buffers of the machine are.
  const rest = await standstill(() => taken);
  expect(rest).toBeLessThan(pieces / 2);
  expect(joined(chunksOf(await response.rest()), "content").length).toBe(piece.length * pieces);
});

test("a client that takes nothing for too long loses its connection, and its run ends", async () => {
  const ports = manualPorts();
  const blocked = Promise.withResolvers<void>();
  const setTimer: Ports["clock"]["setTimer"] = (ms, fire) => {
    if (ms === 5000) blocked.resolve();
    return ports.clock.setTimer(ms, fire);
  };
  const engine = scriptedEngine();
  const options = { heartbeatMs: 0, stalledReaderMs: 5000 };
  server = await start({ engine, ports: { clock: { ...ports.clock, setTimer } }, options });
  const response = await rawPost(server.url, streamed);
  await response.until("\n\n");
  const run = await engine.nextRun();
  const piece = "x".repeat(1024 * 1024);
  for (let i = 0; i < 64; i += 1) run.emit({ type: "content-delta", text: piece });
  await blocked.promise;
  ports.advance(5000);
  await run.aborted;
  await expect(response.rest()).rejects.toThrow("aborted");
});

test("garbage behind a request ends the connection and is never answered inside the stream", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  const body = JSON.stringify(streamed);
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.write(head + body);
  const run = await engine.nextRun();
  socket.write("GARBAGE\r\n\r\n");
  await run.aborted;
  const answer = (await socket.toArray().catch(() => [])).join("");
  expect(answer.match(/HTTP\/1\.1/g) ?? []).not.toHaveLength(2);
});

test("an option that is undefined says nothing", async () => {
  const engine = scriptedEngine();
  server = await start({
    engine,
    options: { maxConcurrentRuns: undefined, apiKeys: undefined, heartbeatMs: undefined },
  });
  const response = post(server.url, hello);
  (await engine.nextRun()).reply("Hi");
  expect((await response).status).toBe(200);
});

/** The value at which a counter stops for a while. */
async function standstill(counter: () => number): Promise<number> {
  for (let last = -1, calm = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    calm = counter() === last ? calm + 1 : 0;
    last = counter();
    if (calm === 20) return last;
  }
}

/** Sends a streamed request as it stands, and reads until the server closes the connection. */
async function rawExchange(url: string, version: "1.0" | "1.1"): Promise<string> {
  const body = JSON.stringify(streamed);
  const socket = connect(Number(new URL(url).port), "127.0.0.1").setEncoding("utf8");
  const head = [`POST /v1/chat/completions HTTP/${version}`, "Host: localhost", "Connection: close"];
  const fields = [...head, "Content-Type: application/json", `Content-Length: ${body.length}`];
  socket.write(`${fields.join("\r\n")}\r\n\r\n${body}`);
  let text = "";
  for await (const piece of socket) text += piece;
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

test.each(["1.0", "1.1"] as const)("frames its chunks for HTTP/1.1 alone: %s", async (version) => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const exchange = rawExchange(server.url, version);
  const run = await engine.nextRun();
  run.reply("Grüße 👋", answered("Grüße 👋"));
  const body = await exchange;
  const text = version === "1.0" ? body : unchunked(body);
  expect(text.startsWith("data: {")).toBe(true);
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(joined(chunksOf(text), "content")).toBe("Grüße 👋");
});

/** The content of a body in chunks. Throws where the framing is wrong. */
function unchunked(body: string): string {
  const bytes = Buffer.from(body);
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const end = lineEnd + 2 + length;
    expect(bytes.toString("latin1", end, end + 2)).toBe("\r\n");
    if (length === 0) {
      expect(end + 2).toBe(bytes.length);
      return Buffer.concat(parts).toString();
    }
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

test("a connection serves one stream after another", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const word of ["one", "two"]) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const call = request(`${server.url}/v1/chat/completions`, {
      agent,
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    call.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("error", reject).on("end", () => resolve(text));
    });
    call.end(JSON.stringify(streamed));
    const run = await engine.nextRun();
    run.reply(word, answered(word));
    expect(joined(chunksOf(await promise), "content")).toBe(word);
    expect(call.reusedSocket).toBe(word === "two");
  }
  agent.destroy();
});
