import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { ruleBook } from "../../src/coordination/rule-book.ts";
import { rulesVersion } from "../../src/coordination/rules-version.ts";
import { goldenFolder, outcomeOf, pathOf, readGolden, readLog } from "./golden-log.ts";
import { goldenRuns } from "./golden-runs.ts";

const changed = `The rules (number ${rulesVersion}) now come to something else for a log that is kept. Runs under way
that are resumed after an update would change their minds without anybody noticing. If that is not wanted, mend the
rules. If it is: raise rulesVersion in src/coordination/rules-version.ts, keep the old behaviour under its old number in
src/coordination/rule-book.ts, and keep new logs by \`node packages/core/test/golden/make.ts\`; leave the old ones as
they are.`;

const missing = `There is no log of this run for rules ${rulesVersion}: node packages/core/test/golden/make.ts`;

it.each(Object.keys(goldenRuns))("a kept log comes to what it came to: %s", (name) => {
  expect(existsSync(pathOf(name)), missing).toBe(true);
  const { setup, facts, calls, result } = readGolden(name);
  const now = JSON.parse(JSON.stringify(outcomeOf(setup, facts))) as typeof result;
  // A receipt may say more than it did.
  expect(now, changed).toMatchObject({ calls, result });
});

it("the rules of the release before come to what they came to, as long as they are kept", () => {
  const older = readdirSync(import.meta.dirname).flatMap((name) => /^rules-(\d+)$/.exec(name)?.[1] ?? []);
  expect(older.filter((number) => !ruleBook.knows(Number(number)))).toEqual([]);
  for (const number of older) {
    const folder = join(import.meta.dirname, `rules-${number}`);
    for (const file of readdirSync(folder)) {
      const { setup, facts, calls, result } = readLog(join(folder, file));
      const now = JSON.parse(JSON.stringify(outcomeOf(setup, facts, ruleBook.nearest(Number(number))))) as object;
      expect(now, `${file} of rules ${number}`).toMatchObject({ calls, result });
    }
  }
});

it("no log is left over", () => {
  const names = new Set(Object.keys(goldenRuns).map((name) => basename(pathOf(name))));
  expect(readdirSync(goldenFolder).filter((file) => !names.has(file))).toEqual([]);
});

it("they show every outcome and every kind of fact", () => {
  const logs = Object.keys(goldenRuns).map(readGolden);
  expect(logs.every(({ result }) => result !== undefined)).toBe(true);
  const outcomes = logs.map(({ result }) => `${result?.status} ${result?.receipt.outcome}`);
  expect([...new Set(outcomes)].toSorted()).toEqual([
    "answered majority",
    "answered plurality",
    "answered single",
    "answered tied",
    "answered unanimous",
    "cancelled failed",
    "failed failed",
  ]);
  const reasons = new Set(logs.flatMap(({ result }) => result?.receipt.reasons ?? []));
  expect([...reasons].toSorted()).toEqual([
    "abstention",
    "agent-failed",
    "answer-now",
    "budget",
    "deadline",
    "presenter-fallback",
    "straggler-dropped",
  ]);
  const facts = new Set(logs.flatMap((log) => log.facts.map(({ type }) => type)));
  expect([...facts].toSorted()).toEqual([
    "answer-now",
    "ballot-finished",
    "call-failed",
    "call-queued",
    "call-sent",
    "cancelled",
    "content-started",
    "draft-finished",
    "presentation-finished",
    "resumed",
    "run-failed",
    "run-started",
    "timer-fired",
  ]);
});
