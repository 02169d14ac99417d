import { afterEach, expect, test } from "vitest";
import { hello, post, start, type TestServer } from "./client.ts";
import { scriptedEngine } from "./scripted-run.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.running.close({ timeoutMs: 0 });
  server = undefined;
});

test("keys, sizes and origins change from one request to the next", async () => {
  const engine = scriptedEngine();
  server = await start({ engine, options: { apiKeys: ["old"], bodyLimit: 2000 } });
  const { url, reconfigure } = server;
  const get = (key: string) =>
    fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}`, origin: "https://app.example" } });
  expect([(await get("old")).status, (await get("new")).status]).toEqual([200, 401]);
  reconfigure({ apiKeys: ["new"], corsOrigins: ["https://app.example"] });
  const now = await get("new");
  expect([(await get("old")).status, now.status]).toEqual([401, 200]);
  expect(now.headers.get("access-control-allow-origin")).toBe("https://app.example");
  reconfigure({ apiKeys: [], bodyLimit: 10 });
  expect((await post(url, hello)).status).toBe(413);
  // In chunks no size is declared.
  const body = new Blob([JSON.stringify(hello)]).stream();
  const chunked = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    duplex: "half",
  });
  expect(chunked.status).toBe(413);
});

test("more places let in who waits, fewer send nobody away", async () => {
  const engine = scriptedEngine();
  server = await start({ engine, options: { maxConcurrentRuns: 1 } });
  const { url, reconfigure, admission } = server;
  const answers = [post(url, hello)];
  const first = await engine.nextRun();
  answers.push(post(url, hello), post(url, hello));
  while (admission.waiting < 2) await (await fetch(`${url}/health`)).text();
  reconfigure({ maxConcurrentRuns: 3 });
  const others = [await engine.nextRun(), await engine.nextRun()];
  expect([admission.inFlight, admission.waiting]).toEqual([3, 0]);
  reconfigure({ maxConcurrentRuns: 1 });
  for (const run of [first, ...others]) run.reply("fine");
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("metrics are there when there are some to show", async () => {
  const page = async () => ({ contentType: "text/plain; version=1", text: "a 1\n" });
  server = await start({ engine: scriptedEngine(), options: { apiKeys: ["key"], metrics: page } });
  const get = (headers = {}) => fetch(`${server?.url}/metrics`, { headers });
  expect((await get()).status).toBe(401);
  const shown = await get({ authorization: "Bearer key" });
  expect([shown.headers.get("content-type"), await shown.text()]).toEqual([
    expect.stringContaining("text/plain; version=1"),
    "a 1\n",
  ]);
  server.reconfigure({ metricsOpen: true });
  expect((await get()).status).toBe(200);
  const without = await start({ engine: scriptedEngine() });
  expect((await fetch(`${without.url}/metrics`)).status).toBe(404);
  await without.running.close({ timeoutMs: 0 });
});
