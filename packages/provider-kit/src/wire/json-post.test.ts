import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { startUpstream, type LoopbackUpstream } from "../../fixtures/loopback-upstream.ts";
import { createCallGuard } from "./call-guard.ts";
import { postJson } from "./json-post.ts";

let upstream: LoopbackUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
});

const site = { label: "acme large", host: "host", redact: (text: string) => text };

test("a refusal beyond all measure is read in part, and its connection closed while the call goes on", async () => {
  const closed = Promise.withResolvers<unknown>();
  upstream = await startUpstream(({ response }) => {
    closed.resolve(once(response, "close"));
    response.writeHead(400, { "content-type": "text/plain" }).write("too long ".repeat(600_000));
  });
  const guard = createCallGuard("acme large");
  const result = await postJson(site, fetch, { url: upstream.url, body: {} }, guard);
  expect(result).toMatchObject({ type: "refusal", failure: { status: 400 } });
  await closed.promise;
  expect(guard.failure()).toBeUndefined();
  guard.end();
});

test("a refusal that was read whole leaves its connection to the next request", async () => {
  const sockets = new Set<unknown>();
  upstream = await startUpstream(({ response }) => {
    sockets.add(response.socket);
    response.writeHead(429, { "retry-after": "2" }).end('{"error":{"message":"slow down"}}');
  });
  for (let n = 0; n < 6; n += 1) {
    const guard = createCallGuard("acme large");
    const result = await postJson(site, fetch, { url: upstream.url, body: {} }, guard);
    expect(result).toMatchObject({ failure: { status: 429, message: "slow down", retryAfterMs: 2000 } });
    guard.end();
  }
  expect(sockets.size).toBeLessThanOrEqual(2);
});
