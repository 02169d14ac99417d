// Bytes that are made to hurt, through a socket of their own, at the process as it is started in production.
import { teamScript, text } from "@massgen/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exchange, problem, readStream, send } from "./contract/wire.ts";
import { asked, type Rig, soloConfig, startRig } from "./contract/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ config: soloConfig });
});
afterAll(() => rig[Symbol.asyncDispose]());

const bodyOf = (content: string): string => JSON.stringify({ messages: [{ role: "user", content }] });

/** A request for an answer, with these lines instead of its `Content-Length`. */
function posted(lines: readonly string[], body: string): string {
  const head = ["POST /v1/chat/completions HTTP/1.1", "Host: x", "Content-Type: application/json", ...lines];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

/** The responses in what came back, each by its status. */
function statuses(bytes: string): number[] {
  return [...bytes.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map((match) => Number(match[1]));
}

async function serves(): Promise<void> {
  rig.play(teamScript({}));
  expect((await send(rig.url, asked())).status).toBe(200);
}

describe("forms of request smuggling: one refusal, the connection closed, no model called", () => {
  const body = bodyOf("Hi");
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const hidden = "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n";
  test.each<[string, string]>([
    ["a length and chunks", posted([length, "Transfer-Encoding: chunked"], `0\r\n\r\n${hidden}`)],
    ["chunks and a length", posted(["Transfer-Encoding: chunked", length], `0\r\n\r\n${hidden}`)],
    ["two lengths", posted([length, "Content-Length: 5"], body + hidden)],
    ["two equal lengths", posted([length, length], body + hidden)],
    ["a list of lengths", posted(["Content-Length: 5, 5"], body + hidden)],
    ["a signed length", posted(["Content-Length: +5"], body + hidden)],
    ["a length in hex", posted(["Content-Length: 0x5"], body + hidden)],
    ["a negative length", posted(["Content-Length: -1"], hidden)],
    ["a length beyond all numbers", posted([`Content-Length: ${"9".repeat(40)}`], hidden)],
    ["chunks that are not the last coding", posted(["Transfer-Encoding: chunked, identity"], `0\r\n\r\n${hidden}`)],
    ["an unknown coding", posted(["Transfer-Encoding: xchunked"], `0\r\n\r\n${hidden}`)],
    ["a blank before the colon", posted(["Transfer-Encoding : chunked"], `0\r\n\r\n${hidden}`)],
    ["a folded header", posted(["X-A: b\r\n Transfer-Encoding: chunked", length], body)],
    ["a bare line feed as line end", posted([`${length}\nTransfer-Encoding: chunked`], `0\r\n\r\n${hidden}`)],
    ["a bare carriage return in a header", posted([`X-A: b\rTransfer-Encoding: chunked`, length], body)],
    ["a NUL in a header", posted(["X-A: b\0c", length], body)],
    ["a chunk size that is none", posted(["Transfer-Encoding: chunked"], `zz\r\n${body}\r\n0\r\n\r\n`)],
    ["a chunk size beyond all numbers", posted(["Transfer-Encoding: chunked"], `${"f".repeat(20)}\r\n${body}\r\n`)],
    ["a chunk longer than it says", posted(["Transfer-Encoding: chunked"], `3\r\n${body}\r\n0\r\n\r\n`)],
    ["two hosts", "GET /v1/models HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"],
    ["chunks of a coding that is not undone", posted(["Transfer-Encoding: gzip, chunked"], `0\r\n\r\n${hidden}`)],
    ["no host", "GET /v1/models HTTP/1.1\r\n\r\n"],
    ["a version of tomorrow", "GET /v1/models HTTP/3.7\r\nHost: x\r\n\r\n"],
    ["a method that is none", "GE T /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000"],
    ["noise", "\u0000\u0001\u0002 \r\n\r\n"],
  ])("%s", async (_name, bytes) => {
    const calls = rig.play(teamScript({}));
    const answer = await exchange(rig.url, bytes);
    expect(statuses(answer)).toHaveLength(1);
    expect(statuses(answer)[0]).toBe(400);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({
      error: { type: "invalid_request_error", message: expect.any(String) as string },
    });
    expect(calls()).toHaveLength(0);
  });
});

describe("odd but allowed", () => {
  test("chunks with extensions and trailers, which are ignored", async () => {
    rig.play(() => text("fine"));
    const body = bodyOf("Hi");
    const size = Buffer.byteLength(body).toString(16);
    const lines = ["Transfer-Encoding: chunked", "Connection: close"];
    const answer = await exchange(
      rig.url,
      posted(lines, `${size};a="b"\r\n${body}\r\n0\r\nx-request-id: late\r\nAuthorization: Bearer x\r\n\r\n`),
    );
    expect(statuses(answer)).toEqual([200]);
    expect(answer).not.toContain("late");
  });

  test("a request that names its host in the first line means the same path", async () => {
    const get = (target: string): Promise<string> =>
      exchange(rig.url, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(statuses(await get("http://elsewhere/v1/models"))).toEqual([200]);
    expect(statuses(await get("http://elsewhere/etc/passwd"))).toEqual([404]);
    // It is the request's host then, and this server has no key.
    expect(await get("http://elsewhere.example/v1/models")).toContain('"code":"host_not_allowed"');
    for (const odd of ["*", "//", "/..", "/%2e%2e/v1/models", "/v1/models/%", "/v1//models", "/\\evil"]) {
      const status = statuses(await get(odd));
      expect(status).toHaveLength(1);
      expect([400, 404]).toContain(status[0]);
    }
  });

  test("HTTP/1.0: one answer, then the end", async () => {
    const answer = await exchange(rig.url, "GET /v1/models HTTP/1.0\r\n\r\n");
    expect(statuses(answer)).toEqual([200]);
    rig.play(() => text("fine"));
    const body = JSON.stringify({ ...JSON.parse(bodyOf("Hi")), stream: true });
    const head = `POST /v1/chat/completions HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const streamed = await exchange(rig.url, `${head}\r\n\r\n${body}`);
    expect(streamed).not.toMatch(/transfer-encoding/i);
    expect(readStream(streamed.slice(streamed.indexOf("\r\n\r\n") + 4)).content).toBe("fine");
  });

  test("requests in one go are answered in order", async () => {
    const get = (path: string, more = ""): string =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nx-request-id: ${path.slice(1)}\r\n${more}\r\n`;
    const answer = await exchange(rig.url, get("/health") + get("/nowhere") + get("/ready", "Connection: close\r\n"));
    expect(statuses(answer)).toEqual([200, 404, 200]);
    expect([...answer.matchAll(/x-request-id: (\w+)/gi)].map((match) => match[1])).toEqual([
      "health",
      "nowhere",
      "ready",
    ]);
  });

  test("noise behind a whole request does not get into its answer", async () => {
    const answer = await exchange(rig.url, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n\u0000\u0001 noise\r\n\r\n");
    expect(statuses(answer).length).toBeLessThanOrEqual(2);
    expect(answer).not.toContain("noise");
    await serves();
  });
});

describe("headers", () => {
  test("too many bytes of them: 431 in OpenAI's shape", async () => {
    for (const lines of [
      `x-a: ${"a".repeat(20_000)}`,
      Array.from({ length: 2000 }, (_, i) => `x-${i}: aaaaaa`).join("\r\n"),
    ]) {
      const answer = await exchange(rig.url, `GET /health HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n`);
      expect(statuses(answer)).toEqual([431]);
      expect(answer).toContain('"code":"headers_too_large"');
    }
    const url = await exchange(rig.url, `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(statuses(url)).toEqual([431]);
  });

  test("a request id that is more than an id is not given back", async () => {
    for (const id of ["a\tb", "a b", "a\u00e9", "a".repeat(129), "<script>", "a,b", ""]) {
      const answer = await exchange(
        rig.url,
        `GET /health HTTP/1.1\r\nHost: x\r\nx-request-id: ${id}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^x-request-id: req_[\w-]+\r$/m);
    }
    // Line ends in it are just line ends: what follows is a header of the request, and of no answer.
    const split = await exchange(
      rig.url,
      "GET /health HTTP/1.1\r\nHost: x\r\nx-request-id: a\r\nset-cookie: b=c\r\nConnection: close\r\n\r\n",
    );
    expect(split).not.toMatch(/set-cookie/i);
    const twice = await exchange(
      rig.url,
      "GET /health HTTP/1.1\r\nHost: x\r\nx-request-id: a\r\nx-request-id: b\r\nConnection: close\r\n\r\n",
    );
    expect(twice.match(/^x-request-id: /gim)).toHaveLength(1);
  });

  test("nothing of the request turns up in a header of the answer", async () => {
    const lines = [
      "X-Forwarded-Host: evil",
      "Origin: http://evil",
      "X-HTTP-Method-Override: DELETE",
      "Content-Type: evil/evil",
    ];
    const answer = await exchange(
      rig.url,
      posted([...lines.slice(0, 3), "Content-Length: 2", "Connection: close"], "{}"),
    );
    expect(statuses(answer)).toEqual([403]);
    expect(answer.slice(0, answer.indexOf("\r\n\r\n"))).not.toMatch(/evil/i);
  });

  test("CONNECT is refused in our words", async () => {
    const answer = await exchange(rig.url, "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(statuses(answer)).toEqual([405]);
    expect(answer).toContain('"code":"method_not_allowed"');
  });

  test("unsupported expectations are ignored", async () => {
    const answer = await exchange(
      rig.url,
      posted(["Expect: the-unexpected", "Content-Length: 2", "Connection: close"], "{}"),
    );
    // The body lacks its messages: it is that which the client hears of.
    expect(statuses(answer)).toEqual([400]);
    expect(answer).toContain('"param":"messages"');
    const upgraded = await exchange(
      rig.url,
      "GET /health HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
    );
    expect(statuses(upgraded)).toEqual([200]);
  });
});

test("a body that claims more than it may is refused before it is sent", async () => {
  const answer = await exchange(rig.url, posted([`Content-Length: ${10 ** 12}`], ""));
  expect(statuses(answer)).toEqual([413]);
});

test("small packed, large unpacked: 413", async () => {
  const { gzipSync } = await import("node:zlib");
  const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
  const response = await fetch(`${rig.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body: bomb,
  });
  expect([response.status, await response.json()]).toMatchObject([413, { error: { code: "request_too_large" } }]);
});

test("an answer forges neither frames nor headers nor the end of its stream", async () => {
  const forged =
    'x\n\ndata: {"choices":[]}\n\ndata: [DONE]\n\n\r\nevent: error\r\n: x\r\rid: 1\u2028data: y\u0085retry: 1\0';
  rig.play(() => text(forged));
  const body = await (await send(rig.url, { ...asked(), stream: true })).rest();
  expect(readStream(body).content).toBe(forged);
  expect(body.match(/^data: \[DONE\]$/gm)).toHaveLength(1);
  expect(body).not.toMatch(/^(event|id|retry):/m);
});

test("it still serves", serves);

test("errors keep their shape for every method and URL there is", async () => {
  for (const method of ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"]) {
    const response = await send(rig.url, undefined, { method, path: "/v1/chat/completions" });
    expect(await problem(response)).toMatchObject({ status: 405, error: { code: "method_not_allowed" } });
  }
});
