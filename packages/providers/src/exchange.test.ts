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

/** A dispatcher that pauses after a piece of 70,000 bytes, and then does what undici does with what it holds. */
function pausing(goesOn: (handler: Dispatcher.DispatchHandler, controller: Dispatcher.DispatchController) => void) {
  const dispatch = (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean => {
    let paused = false;
    const controller = {
      get paused() {
        return paused;
      },
      pause: () => (paused = true),
      resume() {
        paused = false;
        goesOn(handler, controller);
      },
    } as unknown as Dispatcher.DispatchController;
    handler.onResponseStart?.(controller, 200, {}, "OK");
    handler.onResponseData?.(controller, Buffer.alloc(70_000));
    return true;
  };
  return { dispatch } as unknown as Dispatcher;
}
const plain = { url: new URL("http://localhost/"), method: "POST", headers: {}, body: null, signal: null };

test.each([0, 100])("what comes at once when the connection goes on is not lost (gathered for %i ms)", async (ms) => {
  const agent = pausing((handler, controller) => {
    handler.onResponseData?.(controller, Buffer.from("rest"));
    handler.onResponseEnd?.(controller, {});
  });
  const { body } = await exchange(agent, plain);
  expect((await body?.read(ms))?.length).toBe(70_000);
  expect(String(await body?.read(ms))).toBe("rest");
  expect(await body?.read(ms)).toBeUndefined();
});

test.each([0, 100])("a connection that goes on with nothing holds no reader up (gathered for %i ms)", async (ms) => {
  let more: (() => void) | undefined;
  const agent = pausing((handler, controller) => {
    handler.onResponseData?.(controller, Buffer.alloc(0));
    more = () => {
      handler.onResponseData?.(controller, Buffer.alloc(20_000));
      handler.onResponseData?.(controller, Buffer.alloc(20_000));
    };
  });
  const { body } = await exchange(agent, plain);
  expect((await body?.read(ms))?.length).toBe(70_000);
  const next = body?.read(ms);
  more?.();
  expect((await next)?.length).toBe(40_000);
});

test.each([0, 30])("a long body comes whole, in pieces of any size (gathered for %i ms)", async (ms) => {
  const length = 1_000_000;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    let [left, turn] = [length, Number(request.headers["x-a"])];
    while (left > 0) {
      const piece = Math.min(left, 1 + ((turn * 7919) % 80_000));
      if (!response.write(Buffer.alloc(piece))) await once(response, "drain");
      left -= piece;
      turn += 1;
    }
    response.end();
  };
  asked = (request, response) => void answer(request, response);
  const lengthOf = async (at: number): Promise<number> => {
    const headers = { "x-a": `${at * 100}` };
    const { body } = await ask(pool.fetch, url, {
      method: "POST",
      headers,
      body: "{}",
      signal: new AbortController().signal,
    });
    let read = 0;
    for (let bytes = await body?.read(); bytes !== undefined; bytes = await body?.read(ms)) read += bytes.length;
    return read;
  };
  const lengths = await Promise.all(Array.from({ length: 24 }, (_, at) => lengthOf(at)));
  expect(new Set(lengths)).toEqual(new Set([length]));
});
