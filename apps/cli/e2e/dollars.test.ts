// What runs cost and what keys have spent, against what the simulated service has billed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import {
  cut,
  draftOf,
  httpError,
  labelOf,
  pointedAt,
  type Reply,
  type ReplyUsage,
  reset,
  startMassgen,
  startUpstream,
  teamScript,
  text,
  type UpstreamCall,
  vote,
} from "@massgen/upstream";
import { expect, it, onTestFinished } from "vitest";
import { metadataOf, question } from "./completion.ts";
import { serveTeam } from "./team.ts";

const runs = 50;

/** Dollars for a million tokens: what tests price by, and what the service bills by. */
const price = { input: 2.5, output: 10, cachedInput: 1.25, cacheWrite: 3.125 };
const priced = "price: { input: 2.5, output: 10, cached_input: 1.25, cache_write: 3.125 }";

function teamOf(ids: readonly string[], rest = ""): string {
  const agents = ids.map(
    (id) => `  - { id: ${id}, backend: { type: openai, model: ${id}-model, max_tokens: 400, ${priced} } }\n`,
  );
  return `agents:\n${agents.join("")}${rest}`;
}

/** What the service bills for a call. */
function billed({ inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 }: ReplyUsage): number {
  const plain = inputTokens - cachedInputTokens - cacheWriteTokens;
  const { input, output, cachedInput, cacheWrite } = price;
  const millionths = plain * input + cachedInputTokens * cachedInput + cacheWriteTokens * cacheWrite;
  return (millionths + outputTokens * output) / 1_000_000;
}

function billOf(calls: readonly UpstreamCall[]): number {
  return calls.reduce((sum, { usage }) => sum + (usage === undefined ? 0 : billed(usage)), 0);
}

/** Each call of another size, in part from a cache. */
function usageOf({ n }: UpstreamCall): ReplyUsage {
  const inputTokens = 1000 + 137 * n;
  return { inputTokens, outputTokens: 50 + (n % 350), cachedInputTokens: 7 * n, cacheWriteTokens: 3 * n };
}

function teamThatUses(used: (call: UpstreamCall) => ReplyUsage): (call: UpstreamCall) => Reply | Promise<Reply> {
  return teamScript({
    draft: (call) => text(draftOf(call.model), { usage: used(call) }),
    ballot: (call) => vote(labelOf(call, draftOf("a-model")), "clear", { usage: used(call) }),
    presentation: (call) => text("The final answer.", { usage: used(call) }),
  });
}

const honest = teamThatUses(usageOf);

/** No more than the prompt and the output limit, which are reserved. */
const frugal = teamThatUses(() => ({ inputTokens: 10, outputTokens: 300 }));

it("the receipts of fifty runs at once come to what the service billed, to a billionth", async () => {
  const config = teamOf(["a", "b", "c"], "orchestrator: { early_stop: false, budget: { max_usd: 1 } }\n");
  await using served = await serveTeam(honest, { config });
  const answers = await Promise.all(
    Array.from({ length: runs }, () => served.client.chat.completions.create({ model: "massgen", messages: question })),
  );
  const metadata = answers.map(metadataOf);
  for (const each of metadata)
    expect(each).toMatchObject({ cost_complete: true, cost_estimated_usd: null, calls: { made: 7 } });
  const said = metadata.reduce((sum, each) => sum + (each["cost_usd"] as number), 0);
  expect(served.upstream.calls).toHaveLength(runs * 7);
  expect(Math.abs(said - billOf(served.upstream.calls))).toBeLessThan(1e-9);
  const agents = metadata.flatMap((each) => each["agents"] as readonly { readonly cost_usd: number }[]);
  expect(agents.reduce((sum, { cost_usd: usd }) => sum + usd, 0)).toBeCloseTo(said, 9);

  const page = await (await fetch(`${served.url}/metrics`)).text();
  const counted = [...page.matchAll(/^massgen_cost_dollars_total\{.*\} (\S+)$/gm)].map(([, usd]) => Number(usd));
  // Of three agents in three phases; two never write the final answer.
  expect(counted.toSorted((one, other) => one - other).findIndex((usd) => usd > 0)).toBe(2);
  expect(counted).toHaveLength(9);
  expect(counted.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(said, 9);
  const logged = [...served.massgen.stderr().matchAll(/"cost_usd":([\d.e-]+)/g)].map(([, usd]) => Number(usd));
  expect(logged).toHaveLength(runs);
  expect(logged.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(said, 6);
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-dollars-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const keys = "server: { client_keys: [{ name: ada, key: key-of-ada, max_usd_per_day: 0.5 }] }\n";

function ask(url: string, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: "Bearer key-of-ada" };
  const body = JSON.stringify({ messages: question });
  return fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body, ...(signal && { signal }) });
}

it("with faults, clients that leave and lies, a key stops at its day's limit, also after a restart", async () => {
  const file = join(await newFolder(), "runs.db");
  const config = `${teamOf(["a", "b", "c"], keys)}store: "sqlite:${file}"\n`;
  const script = (call: UpstreamCall): Reply | Promise<Reply> => {
    if (call.n % 19 === 0) return httpError(429, undefined, { "retry-after-ms": "50" });
    if (call.n % 23 === 0) return httpError(503);
    if (call.n % 29 === 0) return cut("It is");
    if (call.n % 31 === 0) return reset();
    if (call.n % 37 === 0) return text("Nobody counts this.", { usage: null });
    // As much as a small model can be made to say.
    if (call.n % 41 === 0) return text("Long.", { usage: { inputTokens: 10, outputTokens: 20_000 } });
    return honest(call);
  };
  await using upstream = await startUpstream(script);
  const serve = () =>
    startMassgen({
      args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
      env: pointedAt(upstream),
      files: { "config.yaml": config },
    });
  {
    await using massgen = await serve();
    const url = await massgen.ready();
    const statuses = await Promise.all(
      Array.from({ length: runs }, async (_, n) => {
        const gone = new AbortController();
        // At the limit of its key such a call may never come.
        if (n % 5 === 0) {
          upstream
            .waitForCall((call) => call.n === 1 + n)
            .then(
              () => gone.abort(),
              () => undefined,
            );
        }
        return ask(url, gone.signal).then(
          ({ status }) => status,
          () => "gone",
        );
      }),
    );
    expect(statuses).toContain(429);
    while ((await ask(url)).status !== 429);
    await upstream.idle();
    expect(massgen.stderr()).not.toContain("could not be noted");
  }
  const db = new DatabaseSync(file, { readOnly: true });
  const day = db.prepare("select reserved, spent from key_day where key = 'ada'").get() as Record<string, number>;
  db.close();
  expect(day["reserved"]).toBeCloseTo(0, 9);
  // Less than a call is left, and more than the limit only by what calls have cost that were on their way.
  expect(day["spent"]).toBeGreaterThan(0.45);
  expect(billOf(upstream.calls)).toBeGreaterThan(0.4);
  const calls = upstream.calls.length;
  await using massgen = await serve();
  const refused = await ask(await massgen.ready());
  expect([refused.status, upstream.calls.length]).toEqual([429, calls]);
  expect(await refused.json()).toMatchObject({ error: { code: "insufficient_quota" } });
});

it.skipIf(!hasPostgres)("two servers on one Postgres spend a key's day together", async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  // An aborted call is billed here, and counted by an estimate there.
  const team = teamOf(["a", "b", "c"], `orchestrator: { early_stop: false }\n${keys}`);
  const config = `${team}store: "${await postgres.newDatabase()}"\n`;
  await using one = await serveTeam(frugal, { config });
  await using other = await serveTeam(frugal, { config });
  const responses = await Promise.all(Array.from({ length: runs }, (_, n) => ask(n % 2 === 0 ? one.url : other.url)));
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200, 429]));
  await Promise.all([one.upstream.idle(), other.upstream.idle()]);
  const bill = billOf([...one.upstream.calls, ...other.upstream.calls]);
  expect(bill).toBeLessThanOrEqual(0.5);
  expect(bill).toBeGreaterThan(0.3);
});

it("says at the start that a memory forgets, and refuses a limit that it cannot keep", async () => {
  {
    await using served = await serveTeam(honest, { config: teamOf(["a"], keys) });
    expect(served.massgen.stderr()).toContain("what keys have spent today is forgotten when this process ends");
  }
  const unpriced = `agents: [{ id: a, backend: { type: openai, model: house-model } }]\n${keys}`;
  await using upstream = await startUpstream(honest);
  await using massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    env: pointedAt(upstream),
    files: { "config.yaml": unpriced },
  });
  expect(await massgen.exited).toMatchObject({ code: 2 });
  expect(massgen.stderr()).toMatch(
    /`max_usd_per_day` of the key of ada cannot be kept: the price of these agents' models is unknown: a \(house-model\)/,
  );
});
