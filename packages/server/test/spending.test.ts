import { createTeam, systemPorts, type Team } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, type ScriptedReply, vote } from "@massgen/core/testing";
import { createKeeper, createMemoryStore, type Keeper, StoreError } from "@massgen/runs";
import { afterEach, expect, test } from "vitest";
import type { ApiKey, LogEntry } from "../src/index.ts";
import { start, type TestServer } from "./client.ts";

const usage = { inputTokens: 1000, outputTokens: 100 };

/** Two agents whose runs make four calls of 10 cents, and reserve a fifth of a cent and more for each. */
function team(reply?: () => ScriptedReply): Team {
  const agents = ["a", "b"].map((id) => ({
    id,
    model: scriptedModel((request): ScriptedReply => {
      if (reply) return reply();
      if (phaseOf(request) !== "ballot") return { text: `${id} says`, usage };
      return { ...(vote(labelOf(request, "a says")) as object), usage };
    }),
  }));
  return createTeam({
    agents,
    coordination: { finalAnswer: "select", maxNewAnswersPerAgent: 1 },
    ports: { ...systemPorts, price: () => 0.1, rates: () => ({ input: 0.1, output: 0.1 }) },
  });
}

const keys: readonly ApiKey[] = [
  { name: "ada", key: "ada-1", maxUsdPerDay: 1 },
  { name: "ada", key: "ada-2", maxUsdPerDay: 1 },
  { name: "bob", key: "bob-1" },
];

let open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
  open = [];
});

async function serverOf(served: Team, keeper?: Keeper, log: LogEntry[] = []): Promise<TestServer> {
  const options = { apiKeys: keys, log: (entry: LogEntry) => log.push(entry) };
  const server = await start({ team: served, options, ...(keeper && { keeper }) });
  open.push(() => server.running.close({ timeoutMs: 0 }));
  return server;
}

const question = { messages: [{ role: "user", content: "Why?" }] };

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly massgen_metadata?: { readonly cost_usd: number | null; readonly reasons: readonly string[] };
    readonly error?: { readonly message: string; readonly type: string; readonly code: string; readonly param: string };
  };
}

async function ask(
  { url }: TestServer,
  key: string,
  { path = "/v1/chat/completions", body = question, maxUsd }: { path?: string; body?: object; maxUsd?: string } = {},
): Promise<Answered> {
  const limit = maxUsd === undefined ? {} : { "x-massgen-max-usd": maxUsd };
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}`, ...limit };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answered["body"] };
}

test("keys of one name share what they may spend in a day; then 429, until midnight in UTC", async () => {
  const log: LogEntry[] = [];
  const server = await serverOf(team(), undefined, log);
  const costs: unknown[] = [];
  for (const key of ["ada-1", "ada-2", "ada-1"]) costs.push((await ask(server, key)).body.massgen_metadata?.cost_usd);
  // What is left of the third run's 20 cents pays for its drafts alone.
  expect(costs).toEqual([0.4, 0.4, 0.2]);
  const refused = await ask(server, "ada-2");
  expect(refused.status).toBe(429);
  expect(refused.body.error).toMatchObject({ type: "insufficient_quota", code: "insufficient_quota" });
  expect(refused.body.error?.message).toMatch(
    /^What the key of ada may spend in a day, \$1\.00, is spent\. .* midnight UTC/,
  );
  expect(refused.headers.get("x-should-retry")).toBe("false");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask(server, "bob-1")).body.massgen_metadata?.cost_usd).toBe(0.4);
  const messages = await ask(server, "ada-1", { path: "/v1/messages", body: { ...question, max_tokens: 9 } });
  expect([messages.status, messages.body.error?.type]).toEqual([429, "rate_limit_error"]);
  expect(log.flatMap(({ error }) => error?.code ?? [])).toEqual(["quota_spent", "quota_spent"]);
});

test("many runs at once never spend and reserve more than there is", async () => {
  const server = await serverOf(team());
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(server, "ada-1")));
  const spent = all.reduce((sum, { body }) => sum + (body.massgen_metadata?.cost_usd ?? 0), 0);
  expect(all.every(({ status }) => status === 200 || status === 429)).toBe(true);
  expect((await ask(server, "ada-1")).status).toBe(429);
  expect(spent).toBeGreaterThan(0.9);
});

test("a request lowers what its run may cost, with a header that is a number of dollars", async () => {
  const server = await serverOf(team());
  const short = await ask(server, "bob-1", { maxUsd: "0.2" });
  expect(short.body.massgen_metadata).toMatchObject({ cost_usd: 0.2, reasons: ["budget"] });
  expect((await ask(server, "bob-1", { maxUsd: "100" })).body.massgen_metadata).toMatchObject({ cost_usd: 0.4 });
  for (const maxUsd of ["0", "-1", "0.0", "1e3", "a lot", "", "0x1", "Infinity", "1,5", "9".repeat(40)]) {
    const { status, body } = await ask(server, "bob-1", { maxUsd });
    expect([maxUsd, status, body.error?.param]).toEqual([maxUsd, 400, "x-massgen-max-usd"]);
  }
  const tiny = await ask(server, "bob-1", { maxUsd: "0.000000000001" });
  expect([tiny.status, tiny.body.error?.code]).toEqual([502, "budget_exhausted"]);
});

test("a limit in dollars is refused where the price of a model is unknown", async () => {
  const agents = [{ id: "a", model: scriptedModel(() => "Hi", { model: "unheard-of" }) }];
  const server = await serverOf(createTeam({ agents }));
  for (const [key, maxUsd] of [
    ["ada-1", undefined],
    ["bob-1", "1"],
  ] as const) {
    const { status, body } = await ask(server, key, maxUsd === undefined ? {} : { maxUsd });
    expect([status, body.error?.code]).toEqual([400, "model_not_available"]);
    expect(body.error?.message).toContain("the price is unknown of a (unheard-of)");
  }
  expect((await ask(server, "bob-1")).status).toBe(200);
});

test("runs in the background are counted too, and by whoever drives them", async () => {
  const store = createMemoryStore();
  const served = team();
  const ports = { ...systemPorts, price: () => 0.1 };
  const mostPerDay = (owner: string) => (owner === "ada" ? 1 : undefined);
  const keeper = createKeeper({ store, agentsFor: async () => served.agents, ports, mostPerDay });
  await keeper.begin();
  open.push(() => keeper.close(0));
  const server = await serverOf(served, keeper);
  const response = { path: "/v1/responses", body: { input: "Why?", background: true } };
  expect((await ask(server, "ada-1", response)).status).toBe(200);
  await expect.poll(async () => (await store.list({ limit: 1 }))[0]?.end?.costUsd).toBeCloseTo(0.4, 9);
  expect(await keeper.spending.today("ada")).toMatchObject({ spentUsd: 0.4 });
  await ask(server, "ada-1");
  await ask(server, "ada-1");
  expect(await keeper.spending.today("ada")).toMatchObject({
    spentUsd: expect.closeTo(1, 9) as number,
    reservedUsd: 0,
  });
  expect((await ask(server, "ada-1", response)).status).toBe(429);
  expect(await keeper.spending.today("bob")).toMatchObject({ spentUsd: 0 });
});

test("where nobody can tell what was spent, nothing is", async () => {
  const store = createMemoryStore();
  const served = team();
  const failing = {
    ...store,
    spending: { ...store.spending, today: () => Promise.reject(new StoreError("unavailable", "down")) },
  };
  const keeper = createKeeper({ store: failing, agentsFor: async () => served.agents, ports: systemPorts });
  open.push(() => keeper.close(0));
  const server = await serverOf(served, keeper);
  expect((await ask(server, "ada-1")).status).toBe(503);
  expect((await ask(server, "bob-1")).status).toBe(200);
  for (const { model } of served.agents) expect((model as ReturnType<typeof scriptedModel>).requests).toHaveLength(2);
});
