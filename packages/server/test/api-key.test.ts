import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createApp } from "../src/index.ts";

const engine = {
  start: () => Promise.reject(new Error("not asked for")),
  models: () => [{ id: "massgen", ownedBy: "massgen", created: 1 }],
  ready: () => true,
};
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(apiKeys: readonly string[]): Promise<string> {
  const server = createServer(createApp({ engine, options: { apiKeys } }).handler).listen(0, "127.0.0.1");
  cleanups.push(() => server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, authorization?: string): Promise<Response> {
  return fetch(url, { headers: authorization === undefined ? {} : { authorization } });
}

it("lets everybody in when there is no key", async () => {
  expect((await get(`${await listen([])}/v1/models`)).status).toBe(200);
});

it("takes any of several keys, and no other", async () => {
  const url = await listen(["first-key", "second-key"]);
  expect((await get(`${url}/v1/models`, "Bearer first-key")).status).toBe(200);
  expect((await get(`${url}/v1/models`, "bearer second-key")).status).toBe(200);
  for (const header of [
    undefined,
    "Bearer first-ke",
    "Bearer first-keyy",
    "first-key",
    "Basic Zmlyc3Qta2V5",
    "Bearer ",
  ]) {
    const response = await get(`${url}/v1/models`, header);
    expect({ header, status: response.status }).toEqual({ header, status: 401 });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("invalid_api_key");
    expect(error.message).not.toContain("first-ke");
  }
});

it("takes the first key that is right, in whatever header it stands", async () => {
  const url = await listen(["right"]);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${url}/v1/models`, { headers })).status;
  expect(await status({ authorization: "Bearer wrong", "x-api-key": "right" })).toBe(200);
  expect(await status({ authorization: "Bearer wrong", "x-api-key": "wrong too", "api-key": "right" })).toBe(200);
  expect(await status({ authorization: "Bearer right", "x-api-key": "wrong" })).toBe(200);
  expect(await status({ authorization: "Bearer wrong", "x-api-key": "", "api-key": "wrong too" })).toBe(401);
});

it("does not ask probes for a key, and asks before it tells which routes there are", async () => {
  const url = await listen(["first-key"]);
  expect((await get(`${url}/health`)).status).toBe(200);
  expect((await get(`${url}/ready`)).status).toBe(200);
  expect((await get(`${url}/v1/nothing`)).status).toBe(401);
});
