// Sums over past runs, through a real team, stores and keys.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore, type RunStore } from "@massgen/runs";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { gatedTeam, host, stopHosts } from "./store-host.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-server-sums-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(stopHosts);

interface SumsBody {
  readonly object: string;
  readonly since: number;
  readonly until: number;
  readonly complete: boolean;
  readonly runs: number;
  readonly days: readonly object[];
  readonly agents: readonly { readonly agent: string }[];
  readonly positions: readonly { readonly candidates: number; readonly position: number; readonly votes: number }[];
}

const openers: readonly (readonly [string, () => Promise<RunStore>])[] = [
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ file: join(folder, "sums.db") })],
];

test.each(openers)("an admin's sums are of all runs, a client's of its own: %s", async (_, open) => {
  const keys = ["ui", "jobs"].map((name) => ({ name, key: `key-of-${name}` }));
  const { server } = await host(
    await open(),
    gatedTeam().team,
    keys,
    undefined,
    {},
    {
      history: "all",
      adminKeys: ["key-of-the-operator"],
    },
  );
  const ask = (key: string): Promise<Response> =>
    fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ messages: [{ role: "user", content: "Why?" }] }),
    });
  for (const key of ["key-of-ui", "key-of-ui", "key-of-jobs"]) expect((await ask(key)).status).toBe(200);
  const get = (query: string, key = "key-of-the-operator"): Promise<Response> =>
    fetch(`${server.url}/massgen/sums${query}`, { headers: { authorization: `Bearer ${key}` } });
  const sums = async (...asked: Parameters<typeof get>) => (await (await get(...asked)).json()) as SumsBody;
  await expect.poll(async () => (await sums("")).runs).toBe(3);

  const all = await sums("");
  expect(all).toMatchObject({
    object: "massgen.sums",
    complete: true,
    days: [
      {
        day: new Date().toISOString().slice(0, 10),
        team: "massgen",
        runs: 3,
        outcomes: { unanimous: 3 },
        degraded: 3,
        saved: { agreement: { calls: 0, tokens: null } },
      },
    ],
    agents: [
      // It does not find its own answer on its ballot, and fails there.
      { agent: "a", runs: 3, won: 3, agreed: 0, failed: 3 },
      { agent: "b", runs: 3, won: 0, agreed: expect.any(Number) as number },
      { agent: "c", runs: 3, won: 0 },
    ],
  });
  expect(all.until - all.since).toBeGreaterThan(29 * 86_400);
  const votes = all.positions.reduce((sum, place) => sum + place.votes, 0);
  expect(votes).toBeGreaterThanOrEqual(6);
  expect(all.positions.every(({ candidates, position }) => position >= 1 && position <= candidates)).toBe(true);

  expect((await sums("", "key-of-ui")).runs).toBe(2);
  expect((await sums("?team=massgen", "key-of-jobs")).runs).toBe(1);
  expect((await sums("?team=other")).runs).toBe(0);
  expect(await sums("?until=2020-01-01&since=2019-01-01")).toMatchObject({ runs: 0, days: [], since: 1_546_300_800 });
  expect((await get("", "no-key")).status).toBe(401);
  for (const query of ["?from=2026-01-01", "?since=yesterday", "?team="]) {
    expect([query, (await get(query)).status]).toEqual([query, 400]);
  }
  expect((await fetch(`${server.url}/massgen/sums`, { method: "POST" })).status).toBe(401);
});
