// What the built command keeps of runs, in memory and on disk.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { pointedAt, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runMassgen } from "./massgen-process.ts";
import { draftOf, teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

let folder: string;
let upstream: Upstream;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-history-"));
  upstream = await startUpstream(teamScript({ draft: async (call) => text(draftOf(call.model)) }));
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

const serve = (yaml: string) =>
  startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    env: pointedAt(upstream),
    files: { "config.yaml": `${openaiTeam(["a", "b", "c"])}\n${yaml}` },
  });

async function json(url: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

const chat = (content: string, more: object = {}): object => ({ messages: [{ role: "user", content }], ...more });

test("memory: what clients store is fetched and listed, runs in the background say that they are not durable", async () => {
  await using massgen = await serve("store_memory_mb: 1\n");
  const url = await massgen.ready();
  const behind = await json(`${url}/v1/responses`, { input: "Why?", background: true });
  expect(behind["massgen_metadata"]).toMatchObject({ durable: false });
  const fetched = (): Promise<object> => json(`${url}/v1/responses/${String(behind["id"])}`);
  await expect.poll(fetched, { timeout: 60_000 }).toMatchObject({
    status: "completed",
    massgen_metadata: { durable: false, calls: { lost: 0 } },
  });
  const stored = await json(`${url}/v1/chat/completions`, chat("Stored?", { store: true }));
  await json(`${url}/v1/chat/completions`, chat("Not stored?"));
  const { data } = await json(`${url}/v1/chat/completions`);
  expect(data).toEqual([stored]);
  // A megabyte holds half a million characters: the long one pushes out what ended before.
  const long = await json(`${url}/v1/responses`, { input: `How? ${"x".repeat(400_000)}` });
  const again = await json(`${url}/v1/responses`, { input: `How? ${"y".repeat(400_000)}` });
  expect(await json(`${url}/v1/responses/${String(again["id"])}`)).toMatchObject({ status: "completed" });
  expect(await json(`${url}/v1/responses/${String(long["id"])}`)).toHaveProperty("error");
});

test("SQLite with history: all keeps every run, and says so; no client finds what it did not store", async () => {
  const file = join(folder, "all.db");
  {
    await using massgen = await serve(`store: "sqlite:${file}"\nhistory: all\n`);
    const url = await massgen.ready();
    expect(massgen.stdout()).toContain(`All runs are kept in ${file} for 30 days, in clear.\n`);
    await json(`${url}/v1/chat/completions`, chat("Not stored?"));
    const unasked = await json(`${url}/v1/responses`, { input: "Nor this?", store: false });
    await json(`${url}/v1/chat/completions`, chat("Stored?", { store: true }));
    await json(`${url}/v1/messages`, chat("A message?", { model: "massgen", max_tokens: 100 }));
    expect(await json(`${url}/v1/responses/${String(unasked["id"])}`)).toHaveProperty("error");
    massgen.child.kill("SIGTERM");
    expect(await massgen.exited).toMatchObject({ code: 0 });
  }
  const store = await openSqliteStore({ file, readOnly: true });
  const listed = await store.list({ limit: 10 });
  expect(listed.map(({ question, historyOnly = false, wire }) => [question, historyOnly, wire])).toEqual([
    ["A message?", true, "/v1/messages"],
    ["Stored?", false, "/v1/chat/completions"],
    ["Nor this?", true, "/v1/responses"],
    ["Not stored?", true, "/v1/chat/completions"],
  ]);
  expect(listed.every(({ end }) => end?.outcome !== undefined && end.calls > 0)).toBe(true);
  await store.close();
});

test("history: all without a store is refused, and says why", async () => {
  const { code, stderr } = await runMassgen({
    args: ["check", "config.yaml"],
    files: { "config.yaml": `${openaiTeam(["a"])}\nstore: off\nhistory: all\n` },
    env: { OPENAI_API_KEY: "sk-proj-0123456789" },
  });
  expect([code, stderr.trim()]).toEqual([
    2,
    "history: `all` keeps every run, and `store` is `off`. Change one of them.",
  ]);
});
