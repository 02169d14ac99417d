import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createConnectionPool, type ConnectionPool } from "./connection-pool.ts";

let pool: ConnectionPool;
let servers: Server[] = [];
beforeEach(() => {
  pool = createConnectionPool();
});
afterEach(async () => {
  for (const server of servers) server.close().closeAllConnections();
  servers = [];
  await pool.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers by hand: the next answer, and whether its connection is closed. */
async function byHand(): Promise<{ url: string; asked: () => Promise<ServerResponse> }> {
  const answers: ServerResponse[] = [];
  let wake: (() => void) | undefined;
  const url = await serve((request, response) => {
    request.resume();
    answers.push(response);
    wake?.();
  });
  return {
    url,
    async asked() {
      for (;;) {
        const answer = answers.shift();
        if (answer !== undefined) return answer;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** The short way and undici's own, which do not differ in any of these. */
const ways = [
  { way: "short", redirect: "manual" as const },
  { way: "whole", redirect: "follow" as const },
];

describe.each(ways)("the $way way", ({ redirect }) => {
  const post = (url: string, init: RequestInit = {}): Promise<Response> =>
    pool.fetch(url, { method: "POST", body: "{}", redirect, ...init });

  test("sends a request as it is and gives the answer as it comes", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      const { method, url: path, headers } = request;
      seen.push(method, path, headers["x-a"], headers["content-length"], headers["user-agent"]);
      response.writeHead(201, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] });
      request.pipe(response);
    });
    const headers = { "X-A": "1", "User-Agent": "me" };
    const response = await post(`${url}/a/b?c=d`, { headers, body: "grüße" });
    expect(await response.text()).toBe("grüße");
    expect([response.status, response.ok, response.headers.getSetCookie()]).toEqual([201, true, ["a=1", "b=2"]]);
    expect(seen).toEqual(["POST", "/a/b?c=d", "1", "7", "me"]);
  });

  test("gives the head before the body has ended", async () => {
    const { url, asked } = await byHand();
    const coming = post(url);
    const answer = await asked();
    answer.writeHead(200).write("first");
    const reader = (await coming).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    answer.end("last");
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("last");
    expect((await reader?.read())?.done).toBe(true);
  });

  test("passes over interim responses, and takes one without a body", async () => {
    const url = await serve((_request, response) => {
      response.writeEarlyHints({ link: "</a>; rel=preload" });
      response.writeHead(204).end();
    });
    const response = await post(url);
    expect([response.status, response.body]).toEqual([204, null]);
  });

  test.each(["gzip", "GZIP", "x-gzip"])("unpacks what comes packed, %s", async (packing) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": packing }).end(gzipSync("unpacked"));
    });
    expect(await (await post(url)).text()).toBe("unpacked");
  });

  test.each(["none", "utf-8", "chunked", "identity, none", ""])("%j is no packing", async (word) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": word }).end("plain");
    });
    expect(await (await post(url)).text()).toBe("plain");
  });

  test("unpacks in turn what is packed twice", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip, gzip" }).end(gzipSync(gzipSync("unpacked")));
    });
    expect(await (await post(url)).text()).toBe("unpacked");
  });

  test("aborted beforehand, sends nothing", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const reason = new Error("no longer wanted");
    await expect(post(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await post(url);
    expect(requests).toBe(1);
  });

  test("aborted before the head, closes the connection at once", async () => {
    const { url, asked } = await byHand();
    const controller = new AbortController();
    const coming = post(url, { signal: controller.signal });
    const closed = once(await asked(), "close");
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    await expect(coming).rejects.toBe(reason);
    await closed;
  });

  test("aborted in mid-body, closes the connection at once", async () => {
    const { url, asked } = await byHand();
    const controller = new AbortController();
    const coming = post(url, { signal: controller.signal });
    const answer = await asked();
    answer.writeHead(200).write("first");
    const reader = (await coming).body?.getReader();
    await reader?.read();
    const closed = once(answer, "close");
    const reason = new Error("no longer wanted");
    const next = reader?.read();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await closed;
  });

  test("a body that is cancelled closes the connection at once", async () => {
    const { url, asked } = await byHand();
    const coming = post(url);
    const answer = await asked();
    const closed = once(answer, "close");
    answer.writeHead(200).write("first");
    await (await coming).body?.cancel();
    await closed;
  });

  test("bodies that were read to their ends leave their connections to later requests, whatever is aborted then", async () => {
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      request.pipe(response);
    });
    for (let n = 0; n < 10; n += 1) {
      const controller = new AbortController();
      await (await post(url, { signal: controller.signal })).text();
      controller.abort();
    }
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("a connection that breaks is an error with its cause, before the head and in mid-body", async () => {
    const { url, asked } = await byHand();
    const broken = { name: "TypeError", cause: { code: "UND_ERR_SOCKET" } };
    const refused = expect(post(url)).rejects.toMatchObject(broken);
    (await asked()).destroy();
    await refused;
    const cut = post(url);
    const answer = await asked();
    answer.writeHead(200).write("first");
    const reader = (await cut).body?.getReader();
    await reader?.read();
    answer.destroy();
    await expect(reader?.read()).rejects.toMatchObject(broken);
  });

  test("holds a server back that is not read", async () => {
    const { url, asked } = await byHand();
    const coming = post(url);
    const answer = await asked();
    const piece = Buffer.alloc(1024 * 1024);
    let sent = 0;
    // Far more than the buffers of two sockets: what they do not take waits in the server.
    for (; sent < 64; sent += 1) answer.write(piece);
    answer.end();
    const response = await coming;
    expect(answer.writableLength).toBeGreaterThan(32 * piece.length);
    expect((await response.arrayBuffer()).byteLength).toBe(sent * piece.length);
  });
});

test("a request of another form is served as well", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/from") response.writeHead(307, { location: "/to" }).end();
    else request.pipe(response);
  });
  const init = { method: "POST", body: "text" };
  expect((await pool.fetch(`${url}/from`, { ...init, redirect: "manual" })).status).toBe(307);
  expect(await (await pool.fetch(`${url}/from`, init)).text()).toBe("text");
  expect(await (await pool.fetch(new URL(`${url}/to`), init)).text()).toBe("text");
  expect(await (await pool.fetch(`${url}/to`, { ...init, headers: new Headers({ a: "b" }) })).text()).toBe("text");
});

test("without a word about it, the sender names itself and asks for nothing packed", async () => {
  const url = await serve((request, response) => {
    response.end(`${request.headers["user-agent"]} ${request.headers["accept-encoding"]}`);
  });
  expect(await (await pool.fetch(url, { redirect: "manual" })).text()).toBe("massgen identity");
});

test("chunks that come together are given out together", async () => {
  const chunks = Array.from({ length: 500 }, (_, n) => `chunk ${n}\n`);
  const url = await serve((_request, response) => {
    // Held back by the socket, since a corked response would make one chunk of them.
    response.socket?.cork();
    for (const chunk of chunks) response.write(chunk);
    response.end();
    response.socket?.uncork();
  });
  const response = await pool.fetch(url, { redirect: "manual" });
  const reads: Uint8Array[] = [];
  for await (const bytes of response.body ?? []) reads.push(bytes);
  expect(Buffer.concat(reads).toString()).toBe(chunks.join(""));
  expect(reads.length).toBeLessThan(50);
});

test("an answer that cannot be read is an error that says why", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/status") response.writeHead(999).end();
    else if (request.url === "/nested") {
      response.writeHead(200, { "content-encoding": Array(2000).fill("gzip").join(",") }).end("packed");
    } else response.writeHead(200, { "content-encoding": "zstd" }).end("packed");
  });
  for (const [path, message] of [
    ["/status", "it answered with HTTP 999"],
    ["/packed", "its answer is compressed with zstd, which was not requested"],
    ["/nested", "its answer is compressed more than 4 times"],
  ]) {
    await expect(pool.fetch(`${url}${path}`, { redirect: "manual" })).rejects.toMatchObject({ cause: { message } });
  }
});

test("headers in any form are sent, methods in any case; a name and password in the address are refused", async () => {
  const url = await serve((request, response) => response.end(`${request.method} ${String(request.headers["x-a"])}`));
  const init = { redirect: "manual", method: "post" } as const;
  for (const headers of [{ "X-A": " 1 " }, [["x-a", "1"]], new Headers({ "x-a": "1" }), new Map([["x-a", "1"]])]) {
    const response = await pool.fetch(url, { ...init, headers: headers as Record<string, string> });
    expect(await response.text()).toBe("POST 1");
  }
  await expect(pool.fetch(url.replace("//", "//me:hush@"), init)).rejects.toThrow(/credentials/);
});
