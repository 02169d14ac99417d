import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { framed, wires as simulated } from "@massgen/upstream";
import { collect } from "../fixtures/collect.ts";
import { createRegistry, type Registry } from "./registry.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };

interface Wire {
  readonly type: string;
  readonly beginning: string;
  readonly end: string;
}

/** "Hello", up to where it is said, and from there on. */
function helloOn(type: "openai" | "claude" | "gemini"): Wire {
  const said = { reasoning: [], text: ["Hello"], toolCalls: [], finish: "stop" } as const;
  const events = [...simulated[type].events(said, { n: 1, model: "m-1" })];
  const spoken = events.findIndex(({ stage }) => stage === "part") + 1;
  const written = (some: typeof events): string => some.map((event) => framed(simulated[type], event)).join("");
  return { type, beginning: written(events.slice(0, spoken)), end: written(events.slice(spoken)) };
}

const [openai, claude, gemini] = [helloOn("openai"), helloOn("claude"), helloOn("gemini")];
const wires = [openai, claude, gemini].map((wire) => ({ name: wire.type, wire }));
/** The wires whose connections are the registry's own. */
const pooled = [openai, claude].map((wire) => ({ name: wire.type, wire }));

let registry: Registry;
let upstreams: Server[] = [];
beforeEach(() => {
  registry = createRegistry({ env: {} });
});
afterEach(async () => {
  for (const server of upstreams) server.close().closeAllConnections();
  upstreams = [];
  await registry.close();
});

interface Upstream {
  readonly model: ChatModel;
  /** Every connection so far, in order. */
  readonly sockets: readonly Socket[];
  readonly requests: () => number;
}

/** An upstream of one wire, a model on it, and the connections between them. */
async function modelOn(
  { type }: Wire,
  answer: (response: ServerResponse, number: number, request: IncomingMessage) => unknown,
): Promise<Upstream> {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().once("end", () => {
      requests += 1;
      answer(response, requests, request);
    });
  });
  server.on("connection", (socket) => sockets.push(socket));
  upstreams.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = type === "openai" ? `${url}/v1` : url;
  const model = registry.createModel({ type, model: "m-1", apiKey: "test-key-4711-abcdef", baseUrl, options: {} });
  return { model, sockets, requests: () => requests };
}

function begin(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "text/event-stream" });
}
/** No `Keep-Alive: timeout` goes along when the server says `Connection` itself. */
function withoutHint(response: ServerResponse): ServerResponse {
  return response.setHeader("connection", "keep-alive");
}

describe.each(wires)("$name: connections are used again", ({ wire }) => {
  const whole = wire.beginning + wire.end;

  test("by 20 calls one after the other", async () => {
    const { model, sockets } = await modelOn(wire, (response) => begin(response).end(whole));
    for (let call = 0; call < 20; call += 1) expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(sockets.length).toBeLessThanOrEqual(2);
  });

  test("by 20 calls whose bodies end some time after their last events", async () => {
    let ended: Promise<unknown> | undefined;
    const { model, sockets } = await modelOn(wire, (response) => {
      ended = once(response, "close");
      begin(response).write(whole);
      setTimeout(() => response.end(), 5);
    });
    for (let call = 0; call < 20; call += 1) {
      expect((await collect(model.stream(hello))).text).toBe("Hello");
      await ended;
    }
    expect(sockets.length).toBeLessThanOrEqual(2);
  });

  test("after a call was aborted, which costs its own connection and no other", async () => {
    const { model, sockets, requests } = await modelOn(wire, (response, number) => {
      begin(response).write(wire.beginning);
      if (number !== 1) response.end(wire.end);
    });
    const controller = new AbortController();
    const events = model.stream({ ...hello, signal: controller.signal })[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { type: "text-delta" } });
    expect((await collect(model.stream(hello))).text).toBe("Hello");
    const [aborted] = sockets;
    const closed = aborted === undefined ? undefined : once(aborted, "close");
    controller.abort();
    await expect(events.next()).rejects.toMatchObject({ code: "aborted" });
    await closed;
    for (let call = 0; call < 5; call += 1) expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(requests()).toBe(7);
    expect(sockets.length).toBeLessThanOrEqual(3);
  });

  test("unless the upstream closed them meanwhile: no call fails for it", async () => {
    const { model, sockets } = await modelOn(wire, (response) => begin(withoutHint(response)).end(whole));
    for (let call = 1; call <= 3; call += 1) {
      expect((await collect(model.stream(hello))).error).toBeUndefined();
      const socket = sockets.at(-1);
      expect(sockets).toHaveLength(call);
      // Closed on both sides once the client answered the upstream's end with its own.
      const closed = socket === undefined ? undefined : once(socket, "close");
      socket?.end();
      await closed;
    }
  });
});

describe.each(pooled)("$name: bodies that stay open", ({ wire }) => {
  test("until the next request came hold a few connections, not twenty", async () => {
    let last: ServerResponse | undefined;
    const { model, sockets } = await modelOn(wire, async (response) => {
      const previous = last;
      last = response;
      if (previous !== undefined) await new Promise<void>((resolve) => previous.end(resolve));
      begin(response).write(wire.beginning + wire.end);
    });
    for (let call = 0; call < 20; call += 1) expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(sockets.length).toBeLessThanOrEqual(3);
  });
});

test("a pause of 6 s between two calls costs no connection", async () => {
  const counts = pooled.map(async ({ wire }) => {
    const { model, sockets } = await modelOn(wire, (response) => {
      begin(withoutHint(response)).end(wire.beginning + wire.end);
    });
    for (let call = 0; call < 3; call += 1) {
      if (call > 0) await pause(6000);
      expect((await collect(model.stream(hello))).text).toBe("Hello");
    }
    return sockets.length;
  });
  expect(await Promise.all(counts)).toEqual([1, 1]);
});

describe.each(pooled)("$name: the upstream's own limits", ({ wire }) => {
  test("a connection said to close within a second is not used again", async () => {
    const { model, sockets } = await modelOn(wire, (response) => {
      withoutHint(response).setHeader("keep-alive", "timeout=1");
      begin(response).end(wire.beginning + wire.end);
    });
    for (let call = 0; call < 3; call += 1) expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(sockets).toHaveLength(3);
  });

  test("a request that crosses the closing of its connection fails as connection, before any event: a run repeats it", async () => {
    const { model, sockets } = await modelOn(wire, (response, number) => {
      if (number === 2) response.socket?.destroy();
      else begin(response).end(wire.beginning + wire.end);
    });
    expect((await collect(model.stream(hello))).text).toBe("Hello");
    const crossed = await collect(model.stream(hello));
    expect(crossed).toMatchObject({ events: [], error: { code: "connection" } });
    expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(sockets).toHaveLength(2);
  });
});

describe.each(pooled)("$name: closing the registry", ({ wire }) => {
  test("lets a call in flight finish, and refuses new ones", async () => {
    const gate = Promise.withResolvers<ServerResponse>();
    const { model, sockets } = await modelOn(wire, (response) => {
      begin(response).write(wire.beginning);
      gate.resolve(response);
    });
    const running = collect(model.stream(hello));
    const response = await gate.promise;
    let closed = false;
    const closing = registry.close().then(() => (closed = true));
    expect((await collect(model.stream(hello))).error).toMatchObject({
      code: "connection",
      message: expect.stringContaining("the registry was closed") as string,
    });
    expect(closed).toBe(false);
    response.end(wire.end);
    expect((await running).text).toBe("Hello");
    await closing;
    expect(sockets).toHaveLength(1);
  });

  test("closes idle connections, and may be done twice", async () => {
    const { model, sockets } = await modelOn(wire, (response) => begin(response).end(wire.beginning + wire.end));
    await collect(model.stream(hello));
    const [socket] = sockets;
    const gone = socket === undefined ? undefined : once(socket, "close");
    await Promise.all([registry.close(), registry.close()]);
    await registry.close();
    await gone;
  });
});
