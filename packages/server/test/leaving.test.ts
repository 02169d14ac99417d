import { once } from "node:events";
import { Agent } from "node:http";
import { connect } from "node:net";
import { systemClock } from "@massgen/core";
import { afterEach, expect, test } from "vitest";
import type { LogEntry, Ports } from "../src/index.ts";
import { chunksOf, hello, post, rawPost, start, type TestServer } from "./client.ts";
import { answered, receipt, scriptedEngine } from "./scripted-run.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.running.close({ timeoutMs: 0 });
  server = undefined;
});

const streamed = { ...hello, stream: true };
const oneAtATime = { maxConcurrentRuns: 1 };

/** A line of one place, and the moment in which somebody takes it. */
function lineOfOne(): { options: object; ports: Pick<Ports, "clock">; taken: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waitMs = 12_345;
  return {
    options: { ...oneAtATime, queue: { places: 1, waitMs } },
    ports: {
      clock: {
        ...systemClock,
        setTimer(ms) {
          if (ms === waitMs) resolve();
          return () => {};
        },
      },
    },
    taken: promise,
  };
}

/** Log entries as they come. */
function logQueue(): { log: (entry: LogEntry) => void; next: () => Promise<LogEntry> } {
  const entries: LogEntry[] = [];
  const takers: ((entry: LogEntry) => void)[] = [];
  return {
    log(entry) {
      const taker = takers.shift();
      if (taker === undefined) entries.push(entry);
      else taker(entry);
    },
    next() {
      const entry = entries.shift();
      return entry === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(entry);
    },
  };
}

test("a client that leaves a stream aborts its run and frees the place", async () => {
  const engine = scriptedEngine();
  const { log, next } = logQueue();
  server = await start({ engine, options: { ...oneAtATime, log } });
  const response = await rawPost(server.url, streamed);
  await response.until("\n\n");
  const run = await engine.nextRun();
  response.destroy();
  await run.aborted;
  const entry = await next();
  expect(entry).toMatchObject({ runId: "run-1", outcome: "client-gone", receipt: expect.any(Object) });
  // It ended its run itself: nothing went wrong.
  expect(entry).not.toHaveProperty("error");
  const second = post(server.url, hello);
  (await engine.nextRun()).reply("next");
  expect((await second).status).toBe(200);
});

test("a client that leaves before a whole answer aborts its run", async () => {
  const engine = scriptedEngine();
  const { log, next } = logQueue();
  server = await start({ engine, options: { log } });
  const leave = new AbortController();
  const response = post(server.url, hello, { signal: leave.signal });
  const run = await engine.nextRun();
  leave.abort();
  await expect(response).rejects.toHaveProperty("name", "AbortError");
  await run.aborted;
  expect(await next()).toMatchObject({ status: 499, outcome: "client-gone" });
});

test("a client that leaves the line is forgotten", async () => {
  const engine = scriptedEngine();
  const { log, next } = logQueue();
  const { options, ports, taken } = lineOfOne();
  server = await start({ engine, ports, options: { ...options, log } });
  const first = post(server.url, hello);
  const run = await engine.nextRun();
  const leave = new AbortController();
  const waiting = post(server.url, hello, { signal: leave.signal });
  await taken;
  expect((await post(server.url, hello)).status).toBe(429);
  expect((await next()).status).toBe(429);
  leave.abort();
  await expect(waiting).rejects.toHaveProperty("name", "AbortError");
  expect(await next()).toMatchObject({ status: 499 });
  run.reply("done");
  await (await first).text();
  expect(engine.started()).toBe(1);
  expect(server.admission.inFlight).toBe(0);
});

test("a full house answers 429 at once, without starting a run", async () => {
  const engine = scriptedEngine();
  server = await start({ engine, options: { ...oneAtATime, queue: { places: 0, waitMs: 0 } } });
  const first = post(server.url, streamed);
  const run = await engine.nextRun();
  const second = await post(server.url, streamed);
  expect(second.status).toBe(429);
  expect(second.headers.get("retry-after")).toBe("5");
  expect(second.headers.get("retry-after-ms")).toBe("5000");
  expect(await second.json()).toMatchObject({ error: { type: "rate_limit_error", code: "server_busy" } });
  run.reply("x");
  await (await first).text();
  expect(engine.started()).toBe(1);
});

test("who waits in line runs when a place is free", async () => {
  const engine = scriptedEngine();
  server = await start({ engine, options: oneAtATime });
  const first = post(server.url, hello);
  const run = await engine.nextRun();
  const second = post(server.url, hello);
  run.reply("one");
  (await engine.nextRun()).reply("two");
  expect(await (await second).json()).toHaveProperty("choices.0.message.content", "two");
  expect((await first).status).toBe(200);
});

test("draining lets runs end, refuses new ones, and reports a clean end", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const stream = await rawPost(server.url, streamed);
  await stream.until("\n\n");
  const run = await engine.nextRun();

  // A host that drains by hand still listens: new requests are told.
  server.admission.drain();
  const refused = await post(server.url, hello);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(refused.headers.get("connection")).toBe("close");
  expect(await refused.json()).toMatchObject({ error: { type: "server_error", code: "draining" } });
  const ready = await fetch(`${server.url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: "draining" }]);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);

  const closed = server.running.close({ timeoutMs: 60_000 });
  // Probes and clients that come while a run goes on are told as well.
  expect((await fetch(`${server.url}/ready`)).status).toBe(503);
  run.reply("done");
  const rest = await stream.rest();
  expect(chunksOf(rest).at(-1)).toHaveProperty("choices.0.finish_reason", "stop");
  expect(await closed).toBe("drained");
  await expect(fetch(`${server.url}/health`)).rejects.toThrow("fetch failed");
});

test("a drain that is cut short tells the clients, streaming or not", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const stream = await rawPost(server.url, streamed);
  await stream.until("\n\n");
  const whole = post(server.url, hello);
  await engine.nextRun();
  await engine.nextRun();
  const closed = server.running.close({ timeoutMs: 0 });
  expect(chunksOf(await stream.rest()).at(-1)).toMatchObject({ error: { type: "server_error", code: "draining" } });
  const response = await whole;
  expect(response.status).toBe(503);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(await closed).toBe("cut-short");
  expect(await server.running.close({ timeoutMs: 0 })).toBe("cut-short");
});

test("a body that never comes to its end is waited for, and is no answer that was cut short", async () => {
  server = await start({ engine: scriptedEngine() });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const head = [
    "POST /v1/chat/completions HTTP/1.1",
    "Host: x",
    "Content-Type: application/json",
    "Content-Length: 50",
  ];
  socket.write([...head, "Expect: 100-continue", "", "{"].join("\r\n"));
  const [told] = await once(socket, "data");
  expect(String(told)).toMatch(/^HTTP\/1.1 100 /);
  expect(await server.running.close({ timeoutMs: 0 })).toBe("drained");
  await closed;
});

test("who waits in line when draining begins is sent away", async () => {
  const engine = scriptedEngine();
  const { options, ports, taken } = lineOfOne();
  server = await start({ engine, ports, options });
  const first = post(server.url, hello);
  const run = await engine.nextRun();
  const waiting = post(server.url, hello);
  await taken;
  const closed = server.running.close({ timeoutMs: 60_000 });
  expect((await waiting).status).toBe(503);
  run.fail({ failure: { code: "timeout", message: "no answer in time" }, receipt });
  expect((await first).status).toBe(504);
  expect(await closed).toBe("drained");
});

test("a connection that has become idle is closed at once, although others still run", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const keepAlive = new Agent({ keepAlive: true });
  const first = await rawPost(server.url, streamed, keepAlive);
  const firstRun = await engine.nextRun();
  const second = await rawPost(server.url, streamed);
  const secondRun = await engine.nextRun();
  const closed = server.running.close({ timeoutMs: 60_000 });
  const ended = new Promise((resolve) => first.message.socket.once("close", resolve));
  firstRun.reply("x");
  await first.rest();
  await ended;
  secondRun.reply("y");
  expect(chunksOf(await second.rest())).toHaveLength(3);
  expect(await closed).toBe("drained");
  keepAlive.destroy();
});

test("idle connections do not hold up closing", async () => {
  server = await start({ engine: scriptedEngine() });
  await (await fetch(`${server.url}/health`)).text();
  expect(await server.running.close({ timeoutMs: 3_600_000 })).toBe("drained");
});

test("a slow reader gets the end of its answer although the server is closing", async () => {
  const text = "x".repeat(30_000_000);
  const engine = scriptedEngine();
  server = await start({ engine });
  const asking = rawPost(server.url, hello);
  (await engine.nextRun()).reply("", answered(text));
  const response = await asking;
  const closed = server.running.close({ timeoutMs: 60_000 });
  expect(JSON.parse(await response.rest())).toHaveProperty("choices.0.message.content.length", text.length);
  expect(await closed).toBe("drained");
});
