// A run that ends its process whenever it is driven, among runs that do not.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPostgresForLong, startPostgres } from "@massgen/test-postgres";
import { type MassgenProcess, pointedAt, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { draftOf, teamScript } from "./script.ts";

const bystanders = 2;

let folder: string;
let upstream: Upstream;
/** Drafts that reached the upstream, by the run that asked. */
let drafts: Map<string, number>;
/** Called whenever one has. */
let drafted: () => void;
let letGo: PromiseWithResolvers<void>;
/** Whether the client knows the id of the run that kills. */
let known: boolean;
/** Answers once all calls of the run that kills are out, and its client knows it. */
let gate: Server;
let started: MassgenProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-poison-"));
  drafts = new Map();
  drafted = () => undefined;
  letGo = Promise.withResolvers();
  known = false;
  started = [];
  upstream = await startUpstream(
    teamScript({
      draft: async (call) => {
        const asker = /<kill>|<wait>|bystander \d/.exec(JSON.stringify(call.messages))?.[0] ?? "nobody";
        drafts.set(asker, (drafts.get(asker) ?? 0) + 1);
        drafted();
        await letGo.promise;
        return text(draftOf(call.model));
      },
    }),
  );
});
beforeEach(async () => {
  let asks = 0;
  gate = createServer(({ url }, response) => {
    if (url === "/wait") {
      void letGo.promise.then(() => response.end());
      return;
    }
    asks += 1;
    const look = (): void => {
      if (known && (drafts.get("<kill>") ?? 0) === 2 * asks) response.end();
      else setTimeout(look, 10);
    };
    look();
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
});
afterEach(async () => {
  letGo.resolve();
  gate.close();
  gate.closeAllConnections();
  for (const massgen of started) await massgen[Symbol.asyncDispose]();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(store: string): Promise<OpenAI> {
  const agents = [
    ...["a", "b"].map((id) => `{ id: ${id}, backend: { type: openai, model: ${id}-model } }`),
    "{ id: p, backend: { type: poison, model: p-model } }",
  ];
  const gateAt = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--store", store],
    env: { ...pointedAt(upstream), POISON_LOG: join(folder, "poison.log"), POISON_GATE: gateAt },
    files: {
      "config.yaml": `providers: [./poison.ts]\nagents: [${agents.join(", ")}]\n`,
      "poison.ts": await readFile(new URL("poison-provider.ts", import.meta.url), "utf8"),
    },
  });
  started.push(massgen);
  return new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none", maxRetries: 0 });
}

interface Calls {
  readonly made: number;
  readonly lost: number;
}

/** A response once it is over. */
async function endOf(client: OpenAI, id: string) {
  const numbers: number[] = [];
  try {
    for await (const { sequence_number: number } of await client.responses.retrieve(id, { stream: true })) {
      numbers.push(number);
    }
  } catch (error) {
    // The client throws what a failed run ends with.
    if (!(error instanceof OpenAI.APIError)) throw error;
  }
  expect(numbers).toEqual([...numbers.keys()]);
  const response = await client.responses.retrieve(id);
  const { massgen_metadata: metadata } = response as unknown as { massgen_metadata?: { calls: Calls } };
  return { ...response, calls: metadata?.calls };
}

/** The processes in which p was asked so. */
async function asked(what: "kill" | "wait"): Promise<readonly number[]> {
  const lines = (await readFile(join(folder, "poison.log"), "utf8").catch(() => "")).trimEnd().split("\n");
  return lines.filter((line) => line.startsWith(what)).map((line) => Number(line.split(" ")[1]));
}

async function poisoned(store: string): Promise<void> {
  const background = { model: "massgen", background: true } as const;
  const all = Promise.withResolvers<void>();
  drafted = () => {
    if ([...drafts.values()].reduce((sum, count) => sum + count, 0) === 2 * bystanders) all.resolve();
  };
  let client = await start(store);
  const others: string[] = [];
  for (let n = 1; n <= bystanders; n += 1) {
    others.push((await client.responses.create({ ...background, input: `I am bystander ${n}` })).id);
  }
  await all.promise;
  const { id } = await client.responses.create({ ...background, input: "Please <kill> me." });
  known = true;
  for (let deaths = 0; deaths < 2; deaths += 1) {
    expect((await started.at(-1)?.exited)?.signal).toBe("SIGKILL");
    client = await start(store);
  }

  const end = await endOf(client, id);
  expect(end.status).toBe("failed");
  expect(end.error).toEqual({
    code: "server_error",
    message:
      "The process that drove this run died 3 times, the last time while it drove nothing else. It is not tried again: it may be what ends the process.",
  });
  await started[2]?.prints(`"run_id":"run_${id.slice("resp_".length)}","outcome":"failed","calls":9,`);
  expect(drafts.get("<kill>")).toBe(6);
  const killed = await asked("kill");
  expect(killed).toHaveLength(3);
  // The third died alone: the server lives.
  expect(killed.slice(0, 2)).toEqual(started.slice(0, 2).map(({ child }) => child.pid));
  expect(started[2]?.child.exitCode).toBeNull();

  letGo.resolve();
  for (const other of others) {
    const { status, calls } = await endOf(client, other);
    expect(status).toBe("completed");
    // Three drafts, up to three ballots, one answer.
    expect((calls?.made ?? Infinity) - (calls?.lost ?? 0)).toBeLessThanOrEqual(7);
    expect(calls?.lost).toBeGreaterThan(0);
  }
}

test("ends after its third loss, and no other run with it, on SQLite", async () => {
  await poisoned(`sqlite:${join(folder, "runs.db")}`);
});

test("a server that is killed takes the process of a run with it, and no blame falls on the run", async () => {
  const store = `sqlite:${join(folder, "runs.db")}`;
  let client = await start(store);
  const { id } = await client.responses.create({ model: "massgen", background: true, input: "Please <wait>." });
  // Lost twice here, and then twice in a process of its own.
  for (let kills = 0; kills < 4; kills += 1) {
    await expect.poll(() => asked("wait"), { timeout: 20_000 }).toHaveLength(kills + 1);
    started.at(-1)?.child.kill("SIGKILL");
    await started.at(-1)?.exited;
    client = await start(store);
  }
  await expect.poll(() => asked("wait"), { timeout: 20_000 }).toHaveLength(5);
  const drivers = await asked("wait");
  const servers = started.map(({ child }) => child.pid);
  expect(drivers.map((pid) => servers.includes(pid))).toEqual([true, true, false, false, false]);
  // Those whose servers are gone are gone too: nobody is asked twice at once.
  for (const pid of drivers.slice(0, -1)) await expect.poll(() => isAlive(pid)).toBe(false);
  letGo.resolve();
  expect((await endOf(client, id)).status).toBe("completed");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.skipIf(!hasPostgresForLong)("ends after its third loss, and no other run with it, on Postgres", async () => {
  const postgres = await startPostgres();
  try {
    await poisoned(await postgres.newDatabase());
  } finally {
    for (const massgen of started) await massgen[Symbol.asyncDispose]();
    await postgres.stop();
  }
});
