// What is kept of which run, for clients and for those who look at past runs.
import { createTeam, systemPorts } from "@massgen/core";
import { createKeeper, createMemoryStore, type Keeper, type RunStore, type RunSummary } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import type { HistoryLevel } from "../src/index.ts";
import { start, type TestServer } from "./client.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-history-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let server: TestServer;
let keeper: Keeper;
/** Resolves when a model is asked. */
let asked: PromiseWithResolvers<void>;
let letGo: PromiseWithResolvers<void>;
let files = 0;

beforeEach(() => {
  asked = Promise.withResolvers();
  letGo = Promise.withResolvers();
});
afterEach(async () => {
  letGo.resolve();
  await server.running.close({ timeoutMs: 0 });
  await keeper.close(0);
});

async function serving(kind: "memory" | "sqlite", history: HistoryLevel): Promise<void> {
  files += 1;
  const file = join(folder, `${files}.db`);
  const store: RunStore = kind === "memory" ? createMemoryStore() : await openSqliteStore({ file });
  const model = scriptedModel(async () => {
    asked.resolve();
    await letGo.promise;
    return "Blue.";
  });
  const team = createTeam({ agents: [{ id: "a", model }] });
  keeper = createKeeper({ store, agentsFor: async () => team.agents, ports: systemPorts });
  await keeper.begin();
  server = await start({ team, keeper, options: { history } });
}

function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(server.url + path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}

const messages = [{ role: "user", content: "Why?" }];

/** One request of every kind, and what is kept once they have been answered: a line for each, oldest first. */
async function keptOf(): Promise<readonly string[]> {
  letGo.resolve();
  const bodies: readonly (readonly [string, object])[] = [
    ["/v1/responses", { input: "stored" }],
    ["/v1/responses", { input: "not stored", store: false }],
    ["/v1/responses", { input: "behind", background: true }],
    ["/v1/chat/completions", { messages: [{ role: "user", content: "stored chat" }], store: true }],
    ["/v1/chat/completions", { messages: [{ role: "user", content: "chat" }] }],
    ["/v1/messages", { messages: [{ role: "user", content: "message" }], model: "massgen", max_tokens: 99 }],
    ["/v1/chat/completions", { messages: [{ role: "user", content: "streamed" }], stream: true }],
  ];
  for (const [path, body] of bodies) await (await post(path, body)).text();
  const listed = (): Promise<readonly RunSummary[]> => keeper.list({ limit: 100, open: false });
  // Behind the answers, so it may take a moment.
  let before = -1;
  await expect
    .poll(async () => {
      const { length } = await listed();
      const same = length === before;
      before = length;
      return same;
    })
    .toBe(true);
  return (await listed())
    .map(({ question, historyOnly }) => `${question}${historyOnly ? " (history)" : ""}`)
    .toReversed();
}

const wanted = ["stored", "behind", "stored chat"];
const all = [
  "stored",
  "not stored (history)",
  "behind",
  "stored chat",
  "chat (history)",
  "message (history)",
  "streamed (history)",
];

test.each([
  ["memory", "stored", all],
  ["memory", "all", all],
  ["memory", "off", wanted],
  ["sqlite", "stored", wanted],
  ["sqlite", "all", all],
  ["sqlite", "off", wanted],
] as const)("%s keeps with history: %s", async (kind, history, kept) => {
  await serving(kind, history);
  expect(await keptOf()).toEqual(kept);
  // What is kept for history only is nothing that a client lists.
  const list = await fetch(`${server.url}/v1/chat/completions`);
  expect(((await list.json()) as { data: object[] }).data).toHaveLength(1);
});

test.each([
  ["memory", "stored", ["cancelled", "cancelled"]],
  ["sqlite", "all", ["cancelled", "cancelled"]],
  ["sqlite", "stored", []],
  ["memory", "off", []],
] as const)("%s keeps of runs whose clients left, with history: %s", async (kind, history, outcomes) => {
  await serving(kind, history);
  for (const [path, body] of [
    ["/v1/chat/completions", { messages, stream: true }],
    ["/v1/responses", { input: "Why?", stream: true }],
  ] as const) {
    asked = Promise.withResolvers();
    const leaves = new AbortController();
    const response = await post(path, body, leaves.signal);
    await asked.promise;
    leaves.abort();
    await response.text().catch(() => "");
    await expect.poll(() => server.admission.inFlight).toBe(0);
  }
  const listed = await keeper.list({ limit: 9 });
  expect(listed.map(({ end }) => end?.outcome)).toEqual(outcomes);
  expect(listed.every(({ historyOnly }) => historyOnly === true)).toBe(true);
});

test("what is kept for history replays to what its client got", async () => {
  await serving("memory", "stored");
  letGo.resolve();
  const response = await post("/v1/chat/completions", { messages });
  const answer = (await response.json()) as { choices: { message: { content: string } }[] };
  const id = response.headers.get("x-massgen-run-id") ?? "";
  await expect.poll(() => keeper.find(id)).toMatchObject({ owner: "anonymous", request: { messages } });
  const kept = await keeper.find(id);
  if (kept === undefined) throw new Error("it is kept");
  const events = await Array.fromAsync(keeper.events(kept, { follow: false }));
  const last = events.at(-1);
  expect(last).toMatchObject({ type: "run-finished", result: { text: answer.choices[0]?.message.content } });
});

test("what is shown later of a run is redacted, except its answer", async () => {
  letGo.resolve();
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel((request) => {
      const phase = phaseOf(request);
      if (phase === "ballot") return vote(labelOf(request, "a says"), "It names hunter2.");
      return phase === "draft" ? `${id} says` : "Blue.";
    }),
  }));
  const redact = (text: string): string => text.replaceAll("hunter2", "[redacted]");
  const team = createTeam({ agents, ports: { ...systemPorts, redact } });
  keeper = createKeeper({ store: createMemoryStore(), agentsFor: async () => [], ports: systemPorts });
  server = await start({ team });
  const { id } = (await (await post("/v1/responses", { input: "Why?" })).json()) as { id: string };
  const later = await (await fetch(`${server.url}/v1/responses/${id}`)).text();
  expect(later).toContain("It names [redacted].");
  expect(later).not.toContain("hunter2");
});

test("what a client deletes while it goes on is kept for nobody", async () => {
  await serving("memory", "all");
  const response = await post("/v1/responses", { input: "Why?", stream: true });
  await asked.promise;
  const id = `resp_${response.headers.get("x-massgen-run-id")?.slice("run_".length)}`;
  const deleted = await fetch(`${server.url}/v1/responses/${id}`, { method: "DELETE" });
  expect(deleted.status).toBe(200);
  letGo.resolve();
  await response.text();
  await expect.poll(() => server.admission.inFlight).toBe(0);
  expect(await keeper.list({ limit: 9 })).toEqual([]);
});

test("a run in the background says that it ends with this process, or nothing of it", async () => {
  await serving("memory", "stored");
  const { id, ...begun } = (await (await post("/v1/responses", { input: "Why?", background: true })).json()) as {
    id: string;
  };
  const runId = `run_${id.slice("resp_".length)}`;
  expect(begun).toMatchObject({ massgen_metadata: { run_id: runId, durable: false } });
  letGo.resolve();
  const fetched = async (): Promise<unknown> => (await fetch(`${server.url}/v1/responses/${id}`)).json();
  await expect.poll(fetched).toMatchObject({ status: "completed", massgen_metadata: { durable: false, rounds: 0 } });
  await server.running.close({ timeoutMs: 0 });
  await keeper.close(0);

  await serving("sqlite", "stored");
  const durable = await (await post("/v1/responses", { input: "Why?", background: true })).json();
  expect(durable).not.toHaveProperty("massgen_metadata");
});

test("a run in the background that has to stop with its process is cancelled, and its viewer told", async () => {
  await serving("memory", "stored");
  const stream = await post("/v1/responses", { input: "Why?", background: true, stream: true });
  await asked.promise;
  const stopped = keeper.stop(0);
  expect(await stream.text()).toContain('"status":"cancelled"');
  expect(await stopped).toBe("cut-short");
});

test("a request over a megabyte is continued by nobody once its run has ended", async () => {
  await serving("sqlite", "stored");
  letGo.resolve();
  const askAbout = async (bytes: number, more: object = {}): Promise<{ id: string }> => {
    const image = { type: "input_image", image_url: `data:image/png;base64,${"A".repeat(bytes)}` };
    const input = [{ role: "user", content: [{ type: "input_text", text: "What is it?" }, image] }];
    return (await (await post("/v1/responses", { input, ...more })).json()) as { id: string };
  };
  const continued = async (id: string): Promise<unknown> => {
    const response = await post("/v1/responses", { input: "And?", previous_response_id: id });
    return ((await response.json()) as { error: { message: string; code: string } | null }).error;
  };
  const small = await askAbout(500_000);
  expect(await continued(small.id)).toBeNull();
  const large = await askAbout(1_000_000);
  const refusal = { code: "previous_response_not_found", message: expect.stringContaining("larger than 1 MB") };
  expect(await continued(large.id)).toMatchObject(refusal);
  const behind = await askAbout(1_000_000, { background: true });
  const status = async (): Promise<unknown> => (await fetch(`${server.url}/v1/responses/${behind.id}`)).json();
  await expect.poll(status).toMatchObject({ status: "completed" });
  await expect.poll(() => continued(behind.id)).toMatchObject(refusal);
  expect((await keeper.list({ limit: 9 })).map(({ previous }) => previous)).toContain(`run_${small.id.slice(5)}`);
});
