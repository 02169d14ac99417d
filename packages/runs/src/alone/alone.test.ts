// Runs that were lost twice, each in a process of its own.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createTeam, type Fact, type Limiter, type RunRequest, systemPorts, type Turn } from "@massgen/core";
import { manualClock, scriptedModel } from "@massgen/core/testing";
import { afterEach, expect, test } from "vitest";
import { seen, textOf } from "../../test/models.ts";
import { createKeeper, type Keeper } from "../keeper.ts";
import type { KeptRun } from "../kept-run.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import type { RunStore } from "../run-store.ts";
import type { Channel } from "./channel.ts";
import { fewPlaces } from "./few-places.ts";

type How = "answers" | "dies" | "limited" | "hangs" | "refuses";

let children: ChildProcess[] = [];
let keeper: Keeper;
afterEach(async () => {
  await keeper.close(0);
  for (const child of children) child.kill("SIGKILL");
  children = [];
});

/** Asked here, where no run that was lost twice may be. */
const asked: string[] = [];
const agents = createTeam({
  agents: [
    {
      id: "a",
      model: scriptedModel(() => {
        asked.push("a");
        return "the answer from here";
      }),
    },
  ],
}).agents;

function newRun(): KeptRun {
  const request: RunRequest = { messages: [{ role: "user", content: "Why?" }], delivery: "whole", runId: "run_1" };
  const { members, ...setup } = createTeam({ agents }).setupFor(request);
  const price = { input: 0, output: 0, call: 0.25 };
  const now = Date.now();
  return {
    id: "run_1",
    owner: "ada",
    request,
    wire: {},
    background: true,
    setup: { ...setup, members: members.map((member) => ({ ...member, price })) },
    team: "massgen",
    rules: 1,
    fold: 1,
    createdAtMs: now,
    expiresAtMs: now + 3_600_000,
  };
}

/** What is kept of a run that was lost so often; the loss behind the last fact is still to be noticed. */
function lostLog(losses: number): readonly Fact[] {
  const resumed = { type: "resumed", cause: "lost", rules: 1, atMs: 1 } as const;
  return [{ type: "run-started", dateMs: Date.now(), atMs: 0 }, ...Array.from({ length: losses - 1 }, () => resumed)];
}

function open(how: () => How): Channel {
  const file = fileURLToPath(new URL("../../test/alone-process.ts", import.meta.url));
  const child = fork(file, [how()], { execArgv: ["--conditions=massgen-source"], stdio: ["ignore", 1, 2, "ipc"] });
  children.push(child);
  return {
    send: (message) => void (child.connected && child.send(message as object)),
    onMessage: (listener) => void child.on("message", listener),
    closed: once(child, "close").then(() => undefined),
    kill: () => void child.kill("SIGKILL"),
  };
}

const unlimited: Limiter = {
  limit: () => undefined,
  acquire: () => Promise.reject(new Error("nobody is to ask")),
  pause: () => undefined,
};

async function keep(
  how: How | (() => How),
  {
    losses = 2,
    limiter = unlimited,
    clock = systemPorts.clock,
    store = createMemoryStore(),
    mostUsd = undefined as number | undefined,
  } = {},
): Promise<{ readonly run: KeptRun; readonly store: RunStore }> {
  asked.length = 0;
  const run = newRun();
  await store.create(run, lostLog(losses));
  const process = typeof how === "function" ? how : () => how;
  keeper = createKeeper({
    store,
    agentsFor: async () => agents,
    ports: { ...systemPorts, clock },
    mostPerDay: () => mostUsd,
    alone: { place: fewPlaces(1), open: () => open(process), limiter },
  });
  await keeper.begin();
  return { run, store };
}

test("a run that was lost once goes on where it is, one that was lost twice elsewhere", async () => {
  const once = await keep("answers", { losses: 1 });
  expect(textOf(await seen(keeper, once.run))).toBe("the answer from here");
  expect(children).toEqual([]);
  await keeper.close(0);
  const twice = await keep("answers");
  const events = await seen(keeper, twice.run);
  expect(textOf(events)).toBe(`the answer of ${children[0]?.pid}`);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
  expect(asked).toEqual([]);
});

test("one that dies there fails, and what was lost is counted", async () => {
  const { run, store } = await keep("dies");
  const last = (await seen(keeper, run)).at(-1);
  expect(last).toMatchObject({
    result: {
      status: "failed",
      failure: { code: "agents-failed", message: expect.stringContaining("died 3 times, the last time while") },
      receipt: { calls: { made: 3, lost: 3 } },
    },
  });
  expect(children).toHaveLength(1);
  expect(asked).toEqual([]);
  await expect.poll(async () => (await store.list({ limit: 1 }))[0]?.end?.outcome).toBe("failed");
});

test("its calls have their turns from the process that keeps the limits", async () => {
  const heard: unknown[] = [];
  const turn: Turn = { isWanted: () => false, end: (tokens) => heard.push(tokens), cancel: () => heard.push("cancel") };
  const limiter: Limiter = {
    ...unlimited,
    acquire: async (account, { model, tokens }) => {
      heard.push([account, model, tokens]);
      return turn;
    },
  };
  const { run } = await keep("limited", { limiter });
  expect(textOf(await seen(keeper, run))).toContain("the answer of");
  expect(heard).toEqual([["account", "m", 5], 7]);
});

test("its calls have their money from the process that knows what is left, and what they cost is noted there", async () => {
  const { run, store } = await keep("answers", { mostUsd: 0.5 });
  expect(textOf(await seen(keeper, run))).toContain("the answer of");
  expect(await store.spending.today("ada")).toMatchObject({ reservedUsd: 0, spentUsd: 0.25 });
});

test("a call that may cost more than is left is not made there either", async () => {
  const { run, store } = await keep("answers", { mostUsd: 0.2 });
  const last = (await seen(keeper, run)).at(-1);
  expect(last).toMatchObject({ result: { status: "failed", failure: { code: "spending-limit" } } });
  expect(await store.spending.today("ada")).toMatchObject({ reservedUsd: 0, spentUsd: 0 });
});

test("what a process that dies had for its calls stays reserved", async () => {
  const { run, store } = await keep("dies", { mostUsd: 1 });
  expect((await seen(keeper, run)).at(-1)).toMatchObject({ result: { status: "failed" } });
  expect(await store.spending.today("ada")).toMatchObject({ reservedUsd: 0.25, spentUsd: 0 });
});

test("a process that dies gives back the turns that it waited for", async () => {
  const waiting = Promise.withResolvers<AbortSignal>();
  const limiter: Limiter = {
    ...unlimited,
    acquire: (_, { signal }) => {
      waiting.resolve(signal);
      return new Promise(() => {});
    },
  };
  const { run } = await keep("limited", { limiter });
  const signal = await waiting.promise;
  children[0]?.kill("SIGKILL");
  expect((await seen(keeper, run)).at(-1)).toMatchObject({ result: { status: "failed" } });
  expect(signal.aborted).toBe(true);
});

test("a keeper that stops hands the run back, and its process ends with nothing said", async () => {
  const { run, store } = await keep("hangs");
  // The run is resumed there.
  await expect.poll(async () => (await store.read(run.id, 0)).length).toBe(3);
  await keeper.stop(0);
  const [child] = children;
  expect([child?.exitCode, child?.signalCode]).toEqual([0, null]);
  expect((await store.read(run.id, 0)).map(({ type }) => type)).toEqual(["run-started", "resumed", "resumed"]);
});

test("cancelled by others, it ends there at once", async () => {
  const { run, store } = await keep("hangs");
  await expect.poll(async () => (await store.read(run.id, 0)).length).toBe(3);
  expect(await keeper.cancel(run)).toBe(true);
  expect((await seen(keeper, run)).at(-1)).toMatchObject({ result: { status: "cancelled" } });
  await expect.poll(() => children[0]?.exitCode).toBe(0);
});

test("a process that cannot start says nothing of the run: another is started, until its deadline", async () => {
  const clock = manualClock();
  const date = Date.now();
  const moving = { ...clock, date: () => date + clock.now() };
  let tries = 0;
  const { run } = await keep(() => (++tries < 3 ? "refuses" : "answers"), { clock: moving });
  const events = seen(keeper, run);
  for (let n = 1; n <= 2; n += 1) {
    await expect.poll(() => children[n - 1]?.exitCode).toBe(2);
    await expect
      .poll(async () => {
        clock.advance(1000);
        return children.length;
      })
      .toBe(n + 1);
  }
  expect(textOf(await events)).toContain("the answer of");
});
