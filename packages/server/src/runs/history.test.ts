import { systemPorts } from "@massgen/core";
import { createKeeper, createMemoryStore, StoreError } from "@massgen/runs";
import { ended, facts, keptRun } from "@massgen/runs/testing";
import { expect, test } from "vitest";
import { type History, historyOf } from "./history.ts";
import { createOpenRuns, type OpenRun, type OpenRuns } from "./open-runs.ts";

function underWay(id: string, owner: string, startedAt: number): OpenRun {
  const run = { id, record: () => ({ setup: { startedAt }, log: [] }) };
  const request = { messages: [{ role: "user", content: `What is ${id}?` }] };
  const team = { model: "massgen/deep" };
  return { run, wire: { path: "/v1/responses" }, owner, team, model: "deep", request, background: false } as never;
}

async function withRuns(open: OpenRuns = createOpenRuns()): Promise<{ history: History; fail: () => void }> {
  const store = createMemoryStore();
  await store.create(keptRun("run_1", { owner: "key_ada" }), facts(3), ended);
  await store.create(keptRun("run_2", { owner: "key_bob", historyOnly: true }), [], { ...ended, outcome: "failed" });
  let failing = false;
  const keeper = createKeeper({
    store: {
      ...store,
      list: async (page) => {
        if (failing) throw new StoreError("unavailable", "no disk");
        return store.list(page);
      },
    },
    agentsFor: async () => [],
    ports: systemPorts,
  });
  const ownerIn = async (owner: string | undefined): Promise<string> => `key_${owner}`;
  return { history: historyOf({ open, keeper, ownerIn }), fail: () => void (failing = true) };
}

test("everybody's runs, and those of an owner", async () => {
  const { history } = await withRuns();
  const ids = async (...asked: Parameters<History["list"]>): Promise<readonly string[]> =>
    (await history.list(...asked)).map(({ id }) => id);
  expect(await ids("everybody", { limit: 9 })).toEqual(["run_2", "run_1"]);
  expect(await ids({ owner: "ada" }, { limit: 9 })).toEqual(["run_1"]);
  expect(await ids({ owner: "bob" }, { limit: 9, outcome: "failed" })).toEqual(["run_2"]);
  expect(await ids({ owner: "bob" }, { limit: 9, outcome: "majority" })).toEqual([]);
});

test("runs under way stand first in a list, for those who may see them, and pages go on from there", async () => {
  const open = createOpenRuns();
  const { history } = await withRuns(open);
  open.add(underWay("run_3", "ada", 1000));
  const letGo = open.add(underWay("run_4", "bob", 2000));
  const ids = async (...asked: Parameters<History["list"]>): Promise<readonly string[]> =>
    (await history.list(...asked)).map(({ id }) => id);
  expect(await ids("everybody", { limit: 9 })).toEqual(["run_4", "run_3", "run_2", "run_1"]);
  expect(await ids("everybody", { limit: 3 })).toEqual(["run_4", "run_3", "run_2"]);
  expect(await ids("everybody", { limit: 2, after: "run_4" })).toEqual(["run_3", "run_2"]);
  expect(await ids("everybody", { limit: 9, after: "run_2" })).toEqual(["run_1"]);
  expect(await ids("everybody", { limit: 9, open: true })).toEqual(["run_4", "run_3"]);
  expect(await ids("everybody", { limit: 9, team: "massgen/deep", sinceMs: 1500 })).toEqual(["run_4"]);
  expect(await ids("everybody", { limit: 9, outcome: "failed" })).toEqual(["run_2"]);
  expect(await ids({ owner: "ada" }, { limit: 9 })).toEqual(["run_3", "run_1"]);
  expect(await history.kept("everybody", { limit: 9 })).toHaveLength(2);
  const [listed] = await history.list({ owner: "bob" }, { limit: 1 });
  expect(listed).toMatchObject({ owner: "key_bob", wire: "/v1/responses", question: "What is run_4?" });
  letGo();
  expect(await ids("everybody", { limit: 1 })).toEqual(["run_3"]);
});

test("nobody finds what is another's; who finds a run reads and removes it", async () => {
  const { history } = await withRuns();
  expect(await history.find({ owner: "bob" }, "run_1")).toBeUndefined();
  expect(await history.find({ owner: undefined }, "run_1")).toBeUndefined();
  expect(await history.find("everybody", "run_9")).toBeUndefined();
  expect((await history.find("everybody", "run_2"))?.run.historyOnly).toBe(true);
  const past = await history.find({ owner: "ada" }, "run_1");
  expect(past?.run.request.messages).toHaveLength(1);
  await past?.remove();
  expect(await history.find("everybody", "run_1")).toBeUndefined();
});

test("a store that fails is told as one", async () => {
  const { history, fail } = await withRuns();
  fail();
  await expect(history.list("everybody", { limit: 9 })).rejects.toMatchObject({
    problem: { kind: "store-unavailable" },
  });
});

test("without history there is none", async () => {
  const noHistory = historyOf({ open: createOpenRuns(), keeper: undefined, ownerIn: async () => "anonymous" });
  expect(await noHistory.list("everybody", { limit: 9 })).toEqual([]);
  expect(await noHistory.find("everybody", "run_1")).toBeUndefined();
});
