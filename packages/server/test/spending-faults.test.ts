import { createTeam, type ErrorCode, MassgenError, systemPorts } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, type ScriptedReply, vote } from "@massgen/core/testing";
import { createKeeper, createMemoryStore, type SpendingStore } from "@massgen/runs";
import { expect, onTestFinished, test } from "vitest";
import { start } from "./client.ts";

const most = 2;
const runs = 50;

/** Dollars for a million tokens. */
const rates = { input: 100, output: 1000 };

/** A store's spending that looks, whenever a call may start, at what is spent and reserved at that very moment. */
function watched(spending: SpendingStore): { readonly spending: SpendingStore; readonly sums: number[] } {
  const sums: number[] = [];
  return {
    sums,
    spending: {
      ...spending,
      async reserve(name, usd, limit) {
        // Both begin before anything else happens.
        const [reserved, today] = await Promise.all([spending.reserve(name, usd, limit), spending.today(name)]);
        if (reserved !== undefined) sums.push(today.spentUsd + today.reservedUsd);
        return reserved;
      },
    },
  };
}

/** Even numbers from 0 to 1, the same each time. */
function dice(): () => number {
  let state = 42;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const codes: readonly ErrorCode[] = [
  "rate-limited",
  "overloaded",
  "connection",
  "truncated",
  "authentication",
  "timeout",
];

test("with faults, aborts and lies no call starts when its key's day would be overspent", async () => {
  const roll = dice();
  const seen = { calls: 0, failed: 0, silent: 0, lies: 0 };
  const reply = (id: string, request: Parameters<typeof phaseOf>[0]): ScriptedReply => {
    const luck = roll();
    if (luck < 0.2) {
      seen.failed += 1;
      const code = codes[Math.floor(roll() * codes.length)] ?? "connection";
      return { ...(roll() < 0.5 && { text: "It" }), error: new MassgenError(code, "no") };
    }
    if (luck < 0.3) seen.silent += 1;
    if (luck > 0.9) seen.lies += 1;
    const tokens = luck > 0.9 ? 900 : Math.floor(roll() * 60);
    const usage = luck < 0.3 ? {} : { usage: { inputTokens: Math.floor(roll() * 40), outputTokens: tokens } };
    if (phaseOf(request) === "ballot")
      return { ...(vote(labelOf(request, `${id} says`), "clear") as object), ...usage };
    // Two of three often agree, and the third is aborted.
    return { text: roll() < 0.5 ? "yes" : `${id} says`, ...usage };
  };
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel((request) => {
      seen.calls += 1;
      return reply(id, request);
    }),
    sampling: { maxOutputTokens: 60 },
  }));
  const team = createTeam({
    agents,
    ports: {
      ...systemPorts,
      rates: () => rates,
      price: ({ usage }) => (usage.inputTokens * rates.input + usage.outputTokens * rates.output) / 1_000_000,
    },
  });
  const store = createMemoryStore();
  const { spending, sums } = watched(store.spending);
  const keeper = createKeeper({ store: { ...store, spending }, agentsFor: async () => agents, ports: systemPorts });
  const apiKeys = [{ name: "ada", key: "ada-1", maxUsdPerDay: most }];
  const server = await start({ team, keeper, options: { apiKeys } });
  onTestFinished(async () => {
    await server.running.close({ timeoutMs: 0 });
    await keeper.close(0);
  });

  const ask = async (n: number): Promise<number | undefined> => {
    const gone = new AbortController();
    const asked = fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer ada-1" },
      body: JSON.stringify({ messages: [{ role: "user", content: `Why ${n}?` }] }),
      signal: gone.signal,
    });
    if (n % 4 === 0) setImmediate(() => gone.abort());
    return asked.then(
      ({ status }) => status,
      () => undefined,
    );
  };
  const statuses = await Promise.all(Array.from({ length: runs }, (_, n) => ask(n)));
  for (let n = 1; (await ask(n)) !== 429; n += 2);
  expect(new Set(statuses).has(200)).toBe(true);

  expect(sums.length).toBeGreaterThan(20);
  expect(Math.max(...sums)).toBeLessThanOrEqual(most + 1e-9);
  expect(seen.calls).toBeLessThanOrEqual(sums.length);
  for (const count of [seen.failed, seen.silent, seen.lies]) expect(count).toBeGreaterThan(0);
  // Everything that was reserved is settled in the end, by what it was or may have been.
  await expect.poll(async () => (await spending.today("ada")).reservedUsd).toBeCloseTo(0, 9);
});
