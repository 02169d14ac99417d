// How the console's files are served; the console itself is a package of its own.
import { connect } from "node:net";
import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { createApp, type ConsoleSite, type LogEntry, type ServerOptions } from "../src/index.ts";
import { listen, start, type TestServer } from "./client.ts";
import { scriptedEngine } from "./scripted-run.ts";

const script = "export const words = " + JSON.stringify("word ".repeat(500));

const site: ConsoleSite = {
  files: () =>
    new Map([
      ["assets/page-1a2b.js", { type: "text/javascript; charset=utf-8", body: Buffer.from(script), immutable: true }],
      ["icon.png", { type: "image/png", body: Buffer.from([1, 2, 3]), immutable: false }],
    ]),
  page: (path) =>
    `<!doctype html><script type="module" src="${path.includes("/") ? "../" : "./"}assets/x.js"></script>`,
  contentSecurityPolicy: "default-src 'none'; script-src 'self'",
};

let server: TestServer | undefined;
afterEach(() => server?.running.close({ timeoutMs: 0 }));

async function open(options: Partial<ServerOptions> = { console: site }): Promise<string> {
  server = await start({ engine: scriptedEngine(), options });
  return server.url;
}

/** What a browser asks with when a person follows a link. */
const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8" };

function get(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetch(url, { method, headers, redirect: "manual" });
}

test("files by their type, for good where the name changes with the content", async () => {
  const url = await open();
  const file = await get(`${url}/console/assets/page-1a2b.js`);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "content-encoding": "gzip",
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": site.contentSecurityPolicy,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    vary: "Accept-Encoding",
  });
  expect(await file.text()).toBe(script);
  const plain = await get(`${url}/console/assets/page-1a2b.js`, { "accept-encoding": "identity" });
  expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, script]);
  const icon = await get(`${url}/console/icon.png`);
  expect([icon.headers.get("cache-control"), icon.headers.get("content-encoding")]).toEqual(["no-cache", null]);
  const head = await get(`${url}/console/icon.png`, {}, "HEAD");
  expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "image/png", ""]);
});

test("each view is the page, with its files relative to the view", async () => {
  const url = await open();
  for (const [path, files] of [
    ["", "./assets"],
    ["runs", "./assets"],
    ["runs/run_0a1b", "../assets"],
    ["sums?since=2026-07-01", "./assets"],
  ]) {
    const page = await get(`${url}/console/${path}`);
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-cache",
    ]);
    expect(await page.text()).toContain(`src="${files}/x.js"`);
  }
});

test("what there is not is a 404, and no path leads out", async () => {
  const url = await open();
  for (const path of ["assets/none.js", "runs/a/b", "package.json", "assets/", "runs/a.b", "__proto__", "RUNS"]) {
    expect([path, (await get(`${url}/console/${path}`)).status]).toEqual([path, 404]);
  }
  const { port } = new URL(url);
  for (const target of ["/console/../../package.json", "/console/%2e%2e/%2e%2e/package.json", "/console/..%2f..%2fx"]) {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    await once(socket, "close");
    expect([target, text.slice(9, 12)]).toEqual([target, "404"]);
  }
  expect((await get(`${url}/console/%zz`)).status).toBe(400);
  expect((await get(`${url}/console/`, {}, "POST")).status).toBe(405);
});

test("people are led from the root to the console, programs are not", async () => {
  const url = await open();
  const led = await get(`${url}/`, browser);
  expect([led.status, led.headers.get("location"), led.headers.get("vary")]).toEqual([302, "./console/", "Accept"]);
  for (const accept of ["*/*", "application/json", "application/json, text/html;q=0.5", ""]) {
    const answer = await get(`${url}/`, { accept });
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  }
  expect((await get(`${url}/`, browser, "HEAD")).status).toBe(200);
  const below = await get(`${url}/console?from=a`);
  expect([below.status, below.headers.get("location")]).toEqual([302, "./console/"]);
});

test("under a prefix, whether or not it ends with a slash", async () => {
  const app = express();
  app.use("/team", createApp({ engine: scriptedEngine(), options: { console: site } }).handler);
  const host = await listen(createServer(app));
  try {
    for (const path of ["/team", "/team/", "/team/console"]) {
      const page = await fetch(host.url + path, { headers: browser });
      expect([page.url, page.status]).toEqual([`${host.url}/team/console/`, 200]);
      expect(await page.text()).toContain("<!doctype html>");
    }
  } finally {
    await host.close();
  }
});

test("the files need no key; a server without keys still looks at Host and Origin", async () => {
  const url = await open({ console: site, apiKeys: ["key-of-somebody"] });
  expect((await get(`${url}/console/`)).status).toBe(200);
  expect((await get(`${url}/massgen/runs`)).status).toBe(401);
  expect((await get(`${url}/consoles`)).status).toBe(401);
  await server?.running.close({ timeoutMs: 0 });
  const keyless = await open();
  const refused = await get(`${keyless}/console/`, { origin: "https://evil.example" });
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "origin_not_allowed" } }]);
});

test("without the package it says how to get it, and the root is as it was", async () => {
  const url = await open({});
  for (const path of ["/console", "/console/", "/console/runs/run_1"]) {
    const answer = await get(url + path, browser);
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { error: { message: expect.stringContaining("npm install @massgen/console") as string } },
    ]);
  }
  const root = await get(`${url}/`, browser);
  expect([root.status, await root.json()]).toEqual([200, { status: "ok" }]);
});

test("in the log all of it is one route", async () => {
  const entries: LogEntry[] = [];
  const url = await open({ console: site, log: (entry) => entries.push(entry) });
  await (await get(`${url}/console/runs/run_1`)).text();
  await expect.poll(() => entries).toMatchObject([{ route: "/console", status: 200 }]);
});
