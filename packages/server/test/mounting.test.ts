import express from "express";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, serve } from "../src/index.ts";
import { chunksOf, hello, listen, post, rawPost } from "./client.ts";
import { scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let host: { url: string; close: () => Promise<void> };
let engine: ScriptedEngine;
let hostErrors: unknown[];

beforeEach(async () => {
  engine = scriptedEngine();
  hostErrors = [];
  const app = express();
  app.use(express.json());
  app.use("/team", createApp({ engine }).handler);
  app.get("/own", (_req, res) => void res.send("mine"));
  app.use(((error, _req, res, _next) => {
    hostErrors.push(error);
    res.status(418).send("host");
  }) satisfies express.ErrorRequestHandler);
  host = await listen(createServer(app) satisfies Server);
});
afterEach(() => host.close());

test("answers under a prefix, behind a host that has parsed the body", async () => {
  const whole = post(`${host.url}/team`, hello);
  (await engine.nextRun()).reply("Hi");
  expect(await (await whole).json()).toHaveProperty("choices.0.message.content", "Hi");

  const stream = await rawPost(`${host.url}/team`, { ...hello, stream: true });
  const first = await stream.until("\n\n");
  (await engine.nextRun()).reply("Hi");
  expect(chunksOf(first + (await stream.rest()))).toHaveLength(3);
});

test("answers its own errors, and leaves the host its own pages", async () => {
  for (const [path, status] of [
    ["/team/nope", 404],
    ["/team/v1/messages/count_tokens", 405],
    ["/team/v1/models/%zz", 400],
  ] as const) {
    const response = await fetch(host.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty("error.type", "invalid_request_error");
  }
  const bad = await post(`${host.url}/team`, {});
  expect([bad.status, await bad.json()]).toEqual([400, expect.objectContaining({ error: expect.anything() })]);
  expect(await (await fetch(`${host.url}/own`)).text()).toBe("mine");
  expect((await fetch(`${host.url}/team/health`)).status).toBe(200);
  expect(hostErrors).toEqual([]);
});

test("a port in use is a clear configuration error", async () => {
  const port = Number(new URL(host.url).port);
  const app = createApp({ engine });
  await expect(serve(app, { host: "127.0.0.1", port })).rejects.toMatchObject({
    code: "configuration",
    message: expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`),
  });
});

test("an address that this machine does not have is a clear configuration error", async () => {
  const app = createApp({ engine });
  await expect(serve(app, { host: "192.0.2.1", port: 0 })).rejects.toMatchObject({
    code: "configuration",
    message: expect.stringContaining("no address 192.0.2.1"),
  });
});
