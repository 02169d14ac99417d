// Requests sent ahead on one connection (pipelined).
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hello, post, start, type TestServer } from "./client.ts";
import { scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;
beforeEach(async () => {
  engine = scriptedEngine();
  server = await start({ engine, options: { maxConcurrentRuns: 40, heartbeatMs: 0 } });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

const get = (path: string, ...headers: string[]): string =>
  `${[`GET ${path} HTTP/1.1`, "Host: x", ...headers].join("\r\n")}\r\n\r\n`;

function ask(stream: boolean, padding = 0): string {
  const body = JSON.stringify({ ...hello, stream, user: "x".repeat(padding) });
  const lines = ["POST /v1/chat/completions HTTP/1.1", "Host: x", "Content-Type: application/json"];
  return `${[...lines, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`;
}

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  readonly until: (mark: string) => Promise<void>;
  readonly closed: Promise<unknown>;
}

function open(): Client {
  const socket = connect(server.running.address.port, "127.0.0.1").setEncoding("utf8");
  let text = "";
  socket.on("data", (piece: string) => (text += piece)).on("error", () => {});
  return {
    socket,
    text: () => text,
    until: async (mark) => {
      while (!text.includes(mark)) await once(socket, "data");
    },
    closed: once(socket, "close"),
  };
}

const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/g) ?? [];

describe("a client that leaves", () => {
  const chunked = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n";
  test.each<[string, string]>([
    ["alone", ""],
    ["with 150 runs", ask(true).repeat(150)],
    ["with 150 other answers", get("/v1/models").repeat(150)],
    ["with answers of every kind", (ask(false) + get("/nothing") + ask(true) + get("/health")).repeat(20)],
    ["with a large body", ask(true, 500_000)],
    ["with large bodies", ask(true, 20_000).repeat(50)],
    ["with a body that never ends", `${chunked}${"5\r\n12345\r\n".repeat(50_000)}`],
    ["with half a request", ask(true).slice(0, -1)],
    [
      "with a hundred headers each",
      get("/", ...Array.from({ length: 100 }, (_, i) => `X-${i}: ${"y".repeat(100)}`)).repeat(90),
    ],
  ])("%s sent ahead: its run ends, its place is free", async (_what, ahead) => {
    for (const stream of [true, false]) {
      const client = open();
      client.socket.write(ask(stream));
      const run = await engine.nextRun();
      if (stream) await client.until('"role":"assistant"');
      // Written whole, and a little later: the server has read what it wants to.
      if (ahead !== "") await new Promise((resolve) => client.socket.write(ahead, resolve));
      await (await fetch(`${server.url}/health`)).text();
      expect(server.admission.inFlight).toBe(1);
      client.socket.resetAndDestroy();
      await run.aborted;
      await vi.waitFor(() => expect(server.admission.inFlight).toBe(0), 30_000);
      expect(engine.started()).toBe(stream ? 1 : 2);
    }
  });

  test("before its turn has come: nothing is begun for it", async () => {
    const client = open();
    client.socket.write(ask(true) + ask(true));
    const run = await engine.nextRun();
    client.socket.destroy();
    await run.aborted;
    const next = post(server.url, hello);
    (await engine.nextRun()).reply("next");
    expect((await next).status).toBe(200);
    expect(engine.started()).toBe(2);
  });
});

describe("a client that stays", () => {
  test("is answered in order, one run at a time", async () => {
    const client = open();
    client.socket.write(get("/v1/models") + ask(true) + ask(false) + get("/health", "Connection: close"));
    (await engine.nextRun()).reply("first");
    const second = await engine.nextRun();
    await client.until("[DONE]");
    expect(server.admission.inFlight).toBe(1);
    second.reply("second");
    await client.closed;
    const order = ['"object":"list"', '"content":"first"', "[DONE]", '"content":"second"', '"status":"ok"'];
    const places = order.map((mark) => client.text().indexOf(mark));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("gets a hundred answers that it asked for ahead", async () => {
    const client = open();
    client.socket.write(get("/v1/models").repeat(99) + get("/v1/models", "Connection: close"));
    await client.closed;
    expect(statuses(client.text())).toEqual(Array.from({ length: 100 }, () => "HTTP/1.1 200"));
  });

  test.each<[string, boolean]>([
    ["before its headers are sent", false],
    ["in the middle of a stream", true],
  ])("gets no answer to more than may wait; the connection closes behind the last, %s", async (_when, stream) => {
    const client = open();
    client.socket.write(ask(stream) + get("/v1/models").repeat(150));
    const run = await engine.nextRun();
    run.reply("first");
    await client.closed;
    expect(client.text()).toContain('"content":"first"');
    expect(statuses(client.text())).toHaveLength(101);
    expect(client.text()).toMatch(/Connection: close/i);
  });

  test("gets no answer to a large body behind a run; the run is answered", async () => {
    const client = open();
    client.socket.write(ask(true) + ask(true, 100_000));
    const run = await engine.nextRun();
    await client.until('"role":"assistant"');
    run.reply("first");
    await client.closed;
    expect(client.text()).toContain("[DONE]");
    expect([statuses(client.text()).length, engine.started()]).toEqual([1, 1]);
  });

  test("and sends without end is cut off", async () => {
    const client = open();
    client.socket.write(ask(true) + get("/v1/models").repeat(300));
    const run = await engine.nextRun();
    await client.closed;
    await run.aborted;
  });

  test("is told when the server goes down, and what waits is refused", async () => {
    const client = open();
    client.socket.write(ask(true) + ask(true));
    const run = await engine.nextRun();
    await client.until('"role":"assistant"');
    const closed = server.running.close({ timeoutMs: 60_000 });
    run.reply("first");
    await client.closed;
    expect(client.text()).toContain('"code":"draining"');
    expect(await closed).toBe("drained");
  });
});
