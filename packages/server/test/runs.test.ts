// What operators see and do under /massgen/runs, and what a client sees of its own runs there.
import { createTeam, type RunEvent, type Team } from "@massgen/core";
import { decideAgain } from "@massgen/core/replay";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { createMemoryStore, type RunStore } from "@massgen/runs";
import { afterEach, expect, test } from "vitest";
import type { LogEntry, ServerOptions } from "../src/index.ts";
import { hello } from "./client.ts";
import { gatedTeam, host, type Host, stopHosts } from "./store-host.ts";

afterEach(stopHosts);

const apiKeys = [
  { name: "ada", key: "key-of-ada" },
  { name: "bob", key: "key-of-bob" },
];
const adminKeys = ["the-admins-key"];

// oxlint-disable-next-line typescript/no-explicit-any -- the expectations say what it is
type Json = Record<string, any>;

/** A server that keeps every run. */
const open = (team: Team, store: RunStore = createMemoryStore(), more: Partial<ServerOptions> = {}) =>
  host(store, team, apiKeys, undefined, {}, { adminKeys, history: "all", ...more });

const call = (
  at: Host,
  path: string,
  init: Omit<RequestInit, "headers"> & { headers?: Record<string, string>; key?: string } = {},
): Promise<Response> => {
  const { key = "the-admins-key", ...rest } = init;
  return fetch(at.server.url + path, { ...rest, headers: { authorization: `Bearer ${key}`, ...rest.headers } });
};
const get = async (at: Host, path: string, key?: string): Promise<Json> =>
  (await (await call(at, path, key === undefined ? {} : { key })).json()) as Json;
const ask = (at: Host, body: object = hello, key = "key-of-ada"): Promise<Response> =>
  call(at, "/v1/chat/completions", {
    key,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const idOf = (response: Response): string => response.headers.get("x-massgen-run-id") ?? "";

/** The frames of a stream of events. */
function framesOf(stream: string): { id: number | undefined; event: RunEvent }[] {
  return stream.split("\n\n").flatMap((frame) => {
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    const id = /^id: (\d+)$/m.exec(frame)?.[1];
    return data === undefined ? [] : [{ id: id === undefined ? undefined : Number(id), event: JSON.parse(data) }];
  });
}

test("an account of a run: what was asked, each draft, each vote with its place and reason, the calls, the answer", async () => {
  const at = await open(gatedTeam().team);
  const answered = await ask(at);
  const body = (await answered.json()) as Json;
  const run = await get(at, `/massgen/runs/${idOf(answered)}`);
  expect(run).toMatchObject({
    id: idOf(answered),
    object: "massgen.run",
    status: "completed",
    owner: "ada",
    endpoint: "/v1/chat/completions",
    background: false,
    team: "massgen",
    question: "Hello",
    outcome: "unanimous",
    // Agent a does not find its own answer on its ballot, and fails.
    degraded: true,
    winner: "a",
    error: null,
    request: { messages: hello.messages },
    answer: { text: body["choices"][0].message.content, tool_calls: [], finish_reason: "stop" },
    candidates: ["a", "b", "c"].map((agent) => ({ agent, version: 1, text: `${agent} says`, cut: false })),
  });
  expect(run["created_at"]).toBeGreaterThan(1e9);
  expect(run["ended_at"]).toBeGreaterThanOrEqual(run["created_at"]);
  const texts = new Map(run["candidates"].map(({ id, text }: Json) => [id, text]));
  expect(run["ballots"].map(({ voter }: Json) => voter).toSorted()).toEqual(["b", "c"]);
  for (const ballot of run["ballots"]) {
    expect(ballot).toMatchObject({ round: 1, choice: "a", reason: "clear", abstained: null, voided: false });
    expect(texts.get(ballot.candidate)).toBe("a says");
    expect(ballot.shown[ballot.position - 1]).toBe(ballot.candidate);
    expect(ballot.shown).toHaveLength(2);
  }
  const { calls_detail: calls, ...receipt } = run["receipt"];
  expect(receipt).toEqual(body["massgen_metadata"]);
  expect(calls).toHaveLength(receipt.calls.made);
});

test("the log of a kept run is decided again elsewhere, without its secret; others find none", async () => {
  const store = createMemoryStore();
  const gated = gatedTeam();
  const at = await open(gated.team, store);
  const id = idOf(await ask(at));
  await expect.poll(() => store.find(id)).toBeDefined();
  const log = (key?: string): Promise<Response> =>
    call(at, `/massgen/runs/${id}/log`, key === undefined ? {} : { key });
  const text = await (await log()).text();
  const kept = (await store.find(id))!;
  expect(text).not.toContain(kept.setup.secret);
  const { run, facts } = JSON.parse(text) as Json;
  expect(run).toMatchObject({ id, owner: "ada", wire: { path: "/v1/chat/completions" }, rules: kept.rules });
  expect(Object.keys(run.wire)).toEqual(["path"]);
  expect(facts[0]).not.toHaveProperty("driver");
  expect(decideAgain({ ...run.setup, secret: "0" }, facts, run.request)).toEqual(
    decideAgain(kept.setup, await store.read(id, 0), kept.request),
  );
  expect((await log("key-of-ada")).status).toBe(200);
  expect((await log("no-key")).status).toBe(401);
  const [others, unknown] = [await log("key-of-bob"), await call(at, "/massgen/runs/run_none")];
  expect([others.status, unknown.status]).toEqual([404, 404]);
  expect((await others.text()).replace(id, "run_none")).toBe(await unknown.text());
});

test("lists: newest first, in pages, filtered; each key its own, the admin all", async () => {
  const failing = createTeam({
    agents: [{ id: "a", model: scriptedModel(({ messages }) => fail(JSON.stringify(messages)) ?? "fine") }],
  });
  const at = await open(failing);
  const ids: string[] = [];
  for (const [content, key] of [
    ["one", "key-of-ada"],
    ["fail", "key-of-bob"],
    ["three", "key-of-ada"],
  ] as const) {
    const response = await ask(at, { messages: [{ role: "user", content }] }, key);
    ids.unshift(idOf(response));
    await response.text();
  }
  const listed = async (query: string, key?: string): Promise<string[]> =>
    (await get(at, `/massgen/runs${query}`, key))["data"].map(({ id }: Json) => id);
  await expect.poll(() => listed("")).toEqual(ids);
  expect(await listed("", "key-of-ada")).toEqual([ids[0], ids[2]]);
  expect(await listed("", "key-of-bob")).toEqual([ids[1]]);
  const page = await get(at, "/massgen/runs?limit=2");
  expect(page).toMatchObject({ object: "list", first_id: ids[0], last_id: ids[1], has_more: true });
  expect(await get(at, `/massgen/runs?limit=2&after=${ids[1]}`)).toMatchObject({ first_id: ids[2], has_more: false });
  expect(await listed("?outcome=failed")).toEqual([ids[1]]);
  expect(await listed("?outcome=single&limit=1")).toEqual([ids[0]]);
  expect(await listed("?degraded=true")).toEqual([ids[1]]);
  expect(await listed("?degraded=false")).toEqual([ids[0], ids[2]]);
  expect(await listed("?team=massgen")).toEqual(ids);
  expect(await listed("?team=other")).toEqual([]);
  expect(await listed("?model=scripted")).toEqual([ids[0], ids[2]]);
  expect(await listed("?model=nothing")).toEqual([]);
  expect(await listed("?since=2020-01-01")).toEqual(ids);
  expect(await listed("?since=2020-01-01T00:00:00Z&limit=100")).toEqual(ids);
  expect(await listed(`?since=${Math.ceil(Date.now() / 1000) + 60}`)).toEqual([]);
  for (const query of [
    "outcome=good",
    "degraded=1",
    "since=soon",
    "limit=0",
    "after=run_9",
    "teams=x",
    "team=",
    "team=a&team=b",
  ]) {
    const response = await call(at, `/massgen/runs?${query}`);
    const [param] = query.split("=");
    expect([query, response.status, await response.json()]).toMatchObject([query, 400, { error: { param } }]);
  }
});

function fail(text: string): undefined {
  if (text.includes("fail")) throw new Error("out of order");
}

test("nobody without a key; a client finds its own runs only, an admin opens nothing else", async () => {
  const log: LogEntry[] = [];
  const at = await open(gatedTeam().team, createMemoryStore(), { log: (entry) => log.push(entry) });
  const answered = await ask(at);
  await answered.text();
  const path = `/massgen/runs/${idOf(answered)}`;
  const status = async (url: string, headers: Record<string, string>, method = "GET"): Promise<number> =>
    (await fetch(at.server.url + url, { method, headers })).status;
  for (const url of ["/massgen/runs", path, `${path}/events`, "/massgen", "/MASSGEN/runs/", "/massgen/none"]) {
    expect(await status(url, {})).toBe(401);
    expect(await status(url, { authorization: "Bearer another" })).toBe(401);
    expect(await status(`${url}?key=the-admins-key&api_key=the-admins-key`, { cookie: "key=the-admins-key" })).toBe(
      401,
    );
  }
  expect(await status(path, {}, "DELETE")).toBe(401);
  expect(await status(path, { "x-api-key": "the-admins-key" })).toBe(200);
  expect(await status(path, { authorization: "Bearer key-of-ada" })).toBe(200);
  for (const [url, method] of [
    [path, "GET"],
    [path, "DELETE"],
    [`${path}/events`, "GET"],
    [`${path}/cancel`, "POST"],
    [`${path}/answer-now`, "POST"],
  ]) {
    expect(await status(url ?? "", { authorization: "Bearer key-of-bob" }, method)).toBe(404);
  }
  expect(await status("/v1/models", { authorization: "Bearer the-admins-key" })).toBe(401);
  expect(await status("/massgen/none", { authorization: "Bearer the-admins-key" })).toBe(404);
  expect(await status(path, { authorization: "Bearer the-admins-key" }, "PUT")).toBe(405);
  expect(JSON.stringify(log)).not.toContain("the-admins-key");
  expect(log.map(({ route }) => route)).toContain("/massgen/runs/:id/answer-now");
  at.server.reconfigure({ adminKeys: [], apiKeys: [] });
  expect(await status(path, { authorization: "Bearer the-admins-key" })).toBe(401);
  expect(await status(path, {})).toBe(401);
});

test("pages: of this host, of allowed hosts and origins; others are refused before the key is looked at", async () => {
  const at = await open(gatedTeam().team, createMemoryStore(), {
    allowedHosts: ["ops.example"],
    corsOrigins: ["https://app.example"],
  });
  const from = async (origin: string): Promise<Response> => call(at, "/massgen/runs", { headers: { origin } });
  expect((await from(at.server.url)).status).toBe(200);
  expect((await from("https://ops.example")).status).toBe(200);
  const allowed = await from("https://app.example");
  expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.example"]);
  expect(allowed.headers.get("access-control-expose-headers")).toContain("x-massgen-run-id");
  for (const origin of ["https://evil.example", "null", "https://ops.example.evil.example", "file://ops.example"]) {
    const refused = await from(origin);
    expect([origin, refused.status, await refused.json()]).toMatchObject([
      origin,
      403,
      { error: { code: "origin_not_allowed" } },
    ]);
  }
  const preflight = await fetch(`${at.server.url}/massgen/runs/run_1/events`, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "authorization, last-event-id, x-massgen-events, x-other",
    },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, last-event-id, x-massgen-events");
});

test("events: all of them, by number; a client that comes back gets the rest", async () => {
  const at = await open(gatedTeam().team);
  const answered = await ask(at);
  await answered.text();
  const path = `/massgen/runs/${idOf(answered)}/events`;
  const response = await call(at, path);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const frames = framesOf(await response.text());
  for (const { id, event } of frames) expect(id).toBe(event.seq);
  expect(frames.map(({ id }) => id)).toEqual(frames.map((_, n) => n));
  expect(frames.at(-1)?.event.type).toBe("run-finished");
  const rest = frames.slice(5);
  expect(framesOf(await (await call(at, `${path}?after=4`)).text())).toEqual(rest);
  expect(framesOf(await (await call(at, path, { headers: { "last-event-id": "4" } })).text())).toEqual(rest);
  expect(framesOf(await (await call(at, `${path}?after=9999`)).text())).toEqual([]);
  expect((await call(at, `${path}?after=x`)).status).toBe(400);
  expect((await call(at, `${path}?drafts=2`)).status).toBe(400);
  expect((await call(at, path, { headers: { "last-event-id": "-1" } })).status).toBe(400);
  expect((await call(at, path, { method: "HEAD" })).status).toBe(200);
});

/** A run of three, whose drafts are under way: it was asked for, and has written half of each. */
async function underWay(more: Partial<ServerOptions> = {}) {
  const begun = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const hurried = Promise.withResolvers<void>();
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel(async (request) => {
      const phase = phaseOf(request);
      if (phase === "ballot") return vote(labelOf(request, "a says"), "clear");
      if (phase === "presentation") return "It is blue.";
      begun.resolve();
      if (id === "a") await hurried.promise;
      else await letGo.promise;
      return { pieces: [`${id} `, "says"] };
    }),
  }));
  const at = await open(createTeam({ agents }), createMemoryStore(), more);
  const answered = await ask(at, { ...hello, stream: true });
  await begun.promise;
  return { at, answered, path: `/massgen/runs/${idOf(answered)}`, hurry: hurried.resolve, letGo: letGo.resolve };
}

test("a run under way is found here, followed with its drafts, and asked for its answer", async () => {
  const { at, answered, path, hurry } = await underWay();
  expect(await get(at, path)).toMatchObject({
    status: "in_progress",
    outcome: null,
    receipt: null,
    answer: null,
    owner: "ada",
    candidates: [],
  });
  expect((await call(at, path, { key: "key-of-bob" })).status).toBe(404);
  const events = call(at, `${path}/events?drafts=1`).then((response) => response.text());
  expect(await (await call(at, `${path}/answer-now`, { method: "POST" })).json()).toMatchObject({ effect: "waiting" });
  hurry();
  expect(await answered.text()).toContain("a says");
  const types = framesOf(await events).map(({ event }) => event.type);
  expect(types).toContain("draft-delta");
  expect(types).toContain("answer-now");
  expect(types.at(-1)).toBe("run-finished");
  await expect.poll(() => get(at, path)).toMatchObject({ status: "completed", degraded: true, winner: "a" });
  expect(await (await call(at, `${path}/answer-now`, { method: "POST" })).json()).toMatchObject({ effect: "none" });
  expect(await (await call(at, `${path}/cancel`, { method: "POST" })).json()).toMatchObject({ cancelled: false });
});

test("a stream of events is kept open while nothing happens", async () => {
  const { at, path } = await underWay({ heartbeatMs: 1 });
  const gone = new AbortController();
  const { body } = await call(at, `${path}/events`, { signal: gone.signal });
  let read = "";
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += piece;
    if (read.includes("\n: keep-alive\n")) break;
  }
  expect(read).toContain('"type":"run-started"');
  // Who follows a run may leave: it goes on.
  gone.abort();
  expect(await get(at, path)).toMatchObject({ status: "in_progress" });
});

test("drafts in hand decide", async () => {
  const { at, answered, path, hurry } = await underWay();
  hurry();
  await expect.poll(async () => (await get(at, path))["candidates"].length).toBe(1);
  expect(await (await call(at, `${path}/answer-now`, { method: "POST" })).json()).toMatchObject({ effect: "decided" });
  expect(await answered.text()).toContain("a says");
});

test("a cancelled run is over, and its client learns that nobody should ask again", async () => {
  const { at, answered, path } = await underWay();
  expect(await (await call(at, `${path}/cancel`, { method: "POST" })).json()).toMatchObject({ cancelled: true });
  expect(await answered.text()).toContain('"code":"run_cancelled"');
  await expect.poll(() => get(at, path)).toMatchObject({ status: "cancelled", outcome: "cancelled", receipt: {} });
  expect((await get(at, "/massgen/runs?outcome=cancelled"))["data"]).toHaveLength(1);
});

test("deleting a run ends it, and nothing of it is kept", async () => {
  const { at, answered, path } = await underWay();
  expect(await (await call(at, path, { method: "DELETE" })).json()).toMatchObject({
    object: "massgen.run.deleted",
    deleted: true,
  });
  await answered.text();
  await expect.poll(async () => (await call(at, path)).status).toBe(404);
  expect((await get(at, "/massgen/runs"))["data"]).toEqual([]);
});

test("without history only runs under way are found; of another process, none until it is kept", async () => {
  const store = createMemoryStore();
  const { at, answered, path, hurry, letGo } = await underWay({ history: "off" });
  const other = await open(gatedTeam().team, store);
  const missing = await call(other, path);
  expect([missing.status, await missing.json()]).toMatchObject([
    404,
    { error: { message: expect.stringContaining("another process") as string } },
  ]);
  expect(await get(at, path)).toMatchObject({ status: "in_progress" });
  hurry();
  letGo();
  await answered.text();
  await expect.poll(async () => (await call(at, path)).status).toBe(404);
});

test("a run in the background is cancelled and asked for its answer in whatever process it is", async () => {
  const letGo = Promise.withResolvers<void>();
  const store = createMemoryStore();
  const { team } = gatedTeam(letGo.promise);
  const first = await open(team, store);
  // As another process: it looks at the same store, and drives nothing.
  const other = await open(team, store);
  const begin = async (): Promise<string> => {
    const made = await first.client.responses.create({ model: "massgen", input: "Why?", background: true });
    return made.id.replace(/^resp_/, "run_");
  };
  const [one, two] = [await begin(), await begin()];
  expect((await get(other, "/massgen/runs", "key-of-ada"))["data"]).toMatchObject([
    { id: two, status: "in_progress", background: true },
    { id: one },
  ]);
  const events = call(other, `/massgen/runs/${one}/events`).then((response) => response.text());
  expect(await (await call(other, `/massgen/runs/${one}/answer-now`, { method: "POST" })).json()).toMatchObject({
    effect: "waiting",
  });
  expect(await (await call(other, `/massgen/runs/${two}/cancel`, { method: "POST" })).json()).toMatchObject({
    cancelled: true,
  });
  letGo.resolve();
  expect(framesOf(await events).map(({ event }) => event.type)).toContain("answer-now");
  await expect.poll(() => get(other, `/massgen/runs/${one}`)).toMatchObject({ status: "completed", degraded: true });
  await expect.poll(() => get(other, `/massgen/runs/${two}`)).toMatchObject({ status: "cancelled" });
  expect((await call(other, `/massgen/runs/${one}`, { method: "DELETE" })).status).toBe(200);
  expect((await call(first, `/massgen/runs/${one}`)).status).toBe(404);
});
