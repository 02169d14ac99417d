import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createApp, type ServerOptions } from "../src/index.ts";

const engine = {
  start: () => Promise.reject(new Error("not asked for")),
  models: () => [{ id: "massgen", ownedBy: "massgen", created: 1 }],
  ready: () => true,
};
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const metrics = () => Promise.resolve({ contentType: "text/plain", text: "runs 1\n" });

async function listen(apiKeys: readonly string[], more: Partial<ServerOptions> = {}): Promise<string> {
  const server = createServer(createApp({ engine, options: { apiKeys, metrics, ...more } }).handler).listen(
    0,
    "127.0.0.1",
  );
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

it("metrics with a key of their own take no client's, and their key opens nothing else", async () => {
  for (const apiKeys of [["client"], []]) {
    const url = await listen(apiKeys, { metricsKeys: ["old", { name: "prometheus", key: "scraper" }] });
    for (const key of ["scraper", "old"]) expect((await get(`${url}/metrics`, `Bearer ${key}`)).status).toBe(200);
    for (const header of [undefined, "Bearer client", "Bearer scrape"])
      expect((await get(`${url}/metrics`, header)).status).toBe(401);
    expect((await get(`${url}/v1/models`, "Bearer scraper")).status).toBe(apiKeys.length > 0 ? 401 : 200);
  }
});

it("metrics without one take a client's", async () => {
  const url = await listen(["client"]);
  expect((await get(`${url}/metrics`, "Bearer client")).status).toBe(200);
  expect((await get(`${url}/metrics`)).status).toBe(401);
});

it("whoever has the metrics' key may come by any name, as a page cannot", async () => {
  const url = await listen([], { metricsKeys: ["scraper"] });
  const status = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(url + path, { headers: { host: "massgen.example", ...headers } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.once("error", reject).end();
    });
  expect(await status("/metrics", { authorization: "Bearer scraper" })).toBe(200);
  expect(await status("/metrics", {})).toBe(401);
  expect(await status("/v1/models", {})).toBe(403);
});

it("does not ask probes for a key, and asks before it tells which routes there are", async () => {
  const url = await listen(["first-key"]);
  expect((await get(`${url}/health`)).status).toBe(200);
  expect((await get(`${url}/ready`)).status).toBe(200);
  expect((await get(`${url}/v1/nothing`)).status).toBe(401);
});
