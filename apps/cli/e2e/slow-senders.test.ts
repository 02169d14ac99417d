// Clients that do not finish their request: they get an error, and no connection or run is kept for them.
import { text } from "@massgen/upstream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asked, type Rig, soloConfig, startRig } from "./contract/rig.ts";
import { exchange, send } from "./contract/wire.ts";

let rig: Rig;
beforeAll(async () => {
  const hurry = new URL("hurried-server.ts", import.meta.url).href;
  rig = await startRig({ config: soloConfig, env: { NODE_OPTIONS: `--import=${hurry}` } });
});
afterAll(() => rig[Symbol.asyncDispose]());

const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

test.each<[string, string]>([
  ["headers", `${head}X-Slow: `],
  ["a body", `${head}Content-Length: 1000\r\n\r\n{"messages": [`],
  ["a chunked body", `${head}Transfer-Encoding: chunked\r\n\r\n4\r\n{"me\r\n`],
])("%s that never end: 408, the connection closed, no model called", async (_what, bytes) => {
  const calls = rig.play(() => text("fine"));
  const answer = await exchange(rig.url, bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({
    error: {
      type: "invalid_request_error",
      code: "request_timeout",
      message: "The request did not arrive in time.",
    },
  });
  expect(calls()).toEqual([]);
});

test("bytes that are not HTTP: the connection is closed", async () => {
  expect(await exchange(rig.url, "")).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test("an answer may take longer than its request", async () => {
  const slow = Promise.withResolvers<void>();
  rig.play(async () => {
    await slow.promise;
    return text("At last.");
  });
  const response = send(rig.url, asked());
  // Whoever is too slow meanwhile is sent away: the time has passed.
  await exchange(rig.url, `${head}X-Slow: `);
  slow.resolve();
  expect((await response).status).toBe(200);
});
