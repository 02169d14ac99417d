// Runs that were begun by a release with other rules, where one process at a time has the store.
import { RuleBook, ruleBook } from "@massgen/core/testing";
import { expect, test } from "vitest";
import { Models, seen, textOf } from "../test/models.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { RunStore } from "./run-store.ts";

const { transition } = ruleBook.newest;
const first = new RuleBook([{ number: 1, transition }]);
const second = new RuleBook(rulesUpTo(2));
/** Rules 3 ask for drafts in another way. */
const third = new RuleBook([
  ...rulesUpTo(2),
  {
    number: 3,
    transition(state, fact) {
      const [next, effects] = transition(state, fact);
      const purpose = { phase: "draft", solo: true } as const;
      return [
        next,
        effects.map((one) => (one.type === "start-call" ? { ...one, order: { ...one.order, purpose } } : one)),
      ];
    },
  },
]);

function rulesUpTo(most: number) {
  return Array.from({ length: most }, (_, at) => ({ number: at + 1, transition }));
}

/** A store with a run whose drafts were under way when its process, of these rules, stopped. */
async function leftOpen(rules: RuleBook): Promise<RunStore> {
  const models = new Models(false);
  const store = { ...createMemoryStore(), durable: true };
  const keeper = await models.keeper({ ...store, close: async () => {} }, { rules });
  await keeper.accept(models.run("run_1"));
  await models.reached(3);
  await keeper.close(0);
  return store;
}

async function goesOn(begun: RuleBook, then: RuleBook) {
  const store = await leftOpen(begun);
  const models = new Models();
  const keeper = await models.keeper(store, { rules: then });
  const run = models.run("run_1");
  const events = await seen(keeper, run);
  const log = await store.read("run_1", 0);
  await keeper.close(0);
  return { events, log, asked: models.asked };
}

test("the log says by which rules a run was begun, and where others went on", async () => {
  const { events, log } = await goesOn(first, second);
  expect(textOf(events)).toBe("the answer");
  expect(log.slice(0, 2)).toMatchObject([
    { type: "run-started", rules: 1 },
    { type: "resumed", rules: 2 },
  ]);
});

test("rules that would have done otherwise end the run at once, and say why", async () => {
  const { events, log, asked } = await goesOn(first, third);
  expect(events.at(-1)).toMatchObject({
    result: {
      status: "failed",
      failure: {
        message:
          "This run was begun by a version of the server whose rules would have gone on in another way, and no process of that version took it up. Ask again.",
      },
      receipt: { calls: { made: 3, lost: 3 } },
    },
  });
  expect(log.map(({ type }) => type)).toEqual(["run-started", "run-failed"]);
  expect(asked).toEqual([]);
});

test("so does a process of an older release, which does not know the rules", async () => {
  const { events, asked } = await goesOn(second, first);
  expect(events.at(-1)).toMatchObject({ result: { status: "failed" } });
  expect(asked).toEqual([]);
});
