import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Dispatcher } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, type HttpAnswer } from "@massgen/provider-kit/parts";
import { createConnectionPool, type ConnectionPool } from "./connection-pool.ts";
import { exchange } from "./exchange.ts";

let pool: ConnectionPool;
let url: string;
const server = createServer((request, response) => asked(request, response));
let asked: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  pool = createConnectionPool();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  const closed = once(server, "close");
  server.close().closeAllConnections();
  await closed;
  await pool.close();
});

function post(signal = new AbortController().signal, address = url): Promise<HttpAnswer> {
  return ask(pool.fetch, address, { method: "POST", headers: { "x-a": "1" }, body: "{}", signal });
}
const textOf = async (answer: HttpAnswer): Promise<string | undefined> => {
  const bytes = await answer.body?.read();
  return bytes && new TextDecoder().decode(bytes);
};

test("an answer's status, headers of any case, and body", async () => {
  asked = (request, response) => {
    response.writeHead(201, { "Content-Type": "text/plain", "set-cookie": ["a=1", "b=2"] });
    response.end(request.headers["x-a"]);
  };
  const answer = await post();
  expect(answer.status).toBe(201);
  expect(["content-type", "set-cookie", "constructor", "__proto__"].map(answer.headers.get)).toEqual([
    "text/plain",
    "a=1, b=2",
    null,
    null,
  ]);
  expect([await textOf(answer), await textOf(answer), await textOf(answer)]).toEqual(["1", undefined, undefined]);
});

test("what arrived before the connection broke is given first, then the error", async () => {
  asked = (_request, response) => void response.writeHead(200).write("first", () => response.destroy());
  const answer = await post();
  expect(await textOf(answer)).toBe("first");
  await expect(answer.body?.read()).rejects.toMatchObject({ name: "TypeError", cause: { code: "UND_ERR_SOCKET" } });
});

test("cancelled in mid-body, it closes the connection at once; the end of a body leaves it open", async () => {
  let closed: Promise<unknown> | undefined;
  asked = (_request, response) => {
    closed = once(response, "close");
    response.writeHead(200).write("first");
  };
  (await post()).body?.cancel();
  await closed;
  const sockets = new Set<unknown>();
  asked = (request, response) => {
    sockets.add(request.socket);
    response.end();
  };
  for (let n = 0; n < 5; n += 1) {
    const { body } = await post();
    await body?.read();
    body?.cancel();
  }
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test("aborted while a read waits, it rejects with the reason and closes the connection", async () => {
  const controller = new AbortController();
  let closed: Promise<unknown> | undefined;
  asked = (_request, response) => {
    closed = once(response, "close");
    response.writeHead(200).flushHeaders();
  };
  const read = (await post(controller.signal)).body?.read();
  const reason = new Error("no longer wanted");
  controller.abort(reason);
  await expect(read).rejects.toBe(reason);
  await closed;
});

test("an address that cannot be asked is an error without its password", async () => {
  const address = url.replace("//", "//me:hush@");
  await expect(post(undefined, address)).rejects.toThrow("an address with a user name or password is not called");
  await expect(post(undefined, "nowhere")).rejects.toThrow("Invalid URL");
});

test("a read that may wait gets together what comes meanwhile, and the rest at once when the body ends", async () => {
  let write: ((text: string) => void) | undefined;
  let end: (() => void) | undefined;
  asked = (_request, response) => {
    write = (text) => void response.write(text);
    end = () => void response.end("last");
    response.flushHeaders();
  };
  const { body } = await post();
  const read = async (gatherMs: number): Promise<string> =>
    new TextDecoder().decode((await body?.read(gatherMs)) ?? new Uint8Array());
  write?.("first ");
  expect(await read(0)).toBe("first ");
  // For ever, if the end did not come.
  const rest = read(2 ** 30);
  for (const text of ["one ", "two ", "three "]) {
    write?.(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  end?.();
  expect(await rest).toBe("one two three last");
  expect(await read(2 ** 30)).toBe("");
});

test("a read that may wait does so only for as long as it says, and not for more than 16 KiB", async () => {
  asked = (_request, response) => void response.writeHead(200).write("a");
  const small = await post();
  expect((await small.body?.read(20))?.length).toBe(1);
  small.body?.cancel();
  asked = (_request, response) => void response.writeHead(200).write("a".repeat(40_000));
  const large = await post();
  expect((await large.body?.read(2 ** 30))?.length).toBeGreaterThanOrEqual(16 * 1024);
  large.body?.cancel();
});

test("what comes at once when the connection goes on is not lost", async () => {
  const big = Buffer.alloc(70_000, "a");
  const agent = {
    dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
      let paused = false;
      const controller = {
        get paused() {
          return paused;
        },
        pause: () => (paused = true),
        // As undici does with what it holds of a paused answer.
        resume() {
          paused = false;
          handler.onResponseData?.(controller, Buffer.from("rest"));
          handler.onResponseEnd?.(controller, {});
        },
      } as unknown as Dispatcher.DispatchController;
      handler.onResponseStart?.(controller, 200, {}, "OK");
      handler.onResponseData?.(controller, big);
      return true;
    },
  } as unknown as Dispatcher;
  const request = { url: new URL("http://localhost/"), method: "POST", headers: {}, body: null, signal: null };
  for (const gatherMs of [0, 100]) {
    const { body } = await exchange(agent, request);
    expect((await body?.read(gatherMs))?.length).toBe(big.length);
    expect(String(await body?.read(gatherMs))).toBe("rest");
    expect(await body?.read(gatherMs)).toBeUndefined();
  }
});
