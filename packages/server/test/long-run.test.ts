import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { chunksOf, hello, joined, rawPost, start, type TestServer } from "./client.ts";
import { manualPorts } from "./manual-ports.ts";
import { scriptedEngine } from "./scripted-run.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.running.close({ timeoutMs: 0 });
  server = undefined;
});

test("a stream of six minutes is kept awake and ends well", async () => {
  const ports = manualPorts();
  const engine = scriptedEngine();
  server = await start({ engine, ports });
  const response = await rawPost(server.url, { ...hello, stream: true });
  const run = await engine.nextRun();
  let body = await response.until("\n\n");
  for (let minute = 0; minute < 6; minute += 1) {
    for (let quarter = 0; quarter < 4; quarter += 1) {
      ports.advance(15_000);
      body += await response.until("\n");
    }
  }
  expect(body.match(/: keep-alive\n/g)).toHaveLength(24);
  run.reply("At last.");
  expect(joined(chunksOf(body + (await response.rest())), "content")).toBe("At last.");
});

test("requests have five minutes to arrive; connections outlast those of load balancers", async () => {
  const engine = scriptedEngine();
  server = await start({ engine });
  const seen = Promise.withResolvers<Server>();
  const look = (message: unknown): void => seen.resolve((message as { server: Server }).server);
  subscribe("http.server.request.start", look);
  await (await fetch(`${server.url}/health`)).text();
  unsubscribe("http.server.request.start", look);
  const { keepAliveTimeout, headersTimeout, requestTimeout, timeout } = await seen.promise;
  expect(keepAliveTimeout).toBeGreaterThan(60_000);
  // Otherwise the wait for the next request on a kept connection would end with this.
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
  expect(requestTimeout).toBe(300_000);
  // Nothing limits how long a connection may be silent while an answer is under way.
  expect(timeout).toBe(0);
});
