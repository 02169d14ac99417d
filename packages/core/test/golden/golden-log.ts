import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult } from "../../src/coordination/announcement.ts";
import type { CallOrder } from "../../src/coordination/effect.ts";
import type { Fact } from "../../src/coordination/event.ts";
import { type Rules, ruleBook } from "../../src/coordination/rule-book.ts";
import { rulesVersion } from "../../src/coordination/rules-version.ts";
import { type Setup, initialState } from "../../src/coordination/state.ts";

/** Where the logs of the present rules are. */
export const goldenFolder = join(import.meta.dirname, `rules-${rulesVersion}`);

/** What the rules made of a log: the calls that they ordered, and the result. */
interface Outcome {
  readonly calls: readonly string[];
  readonly result: RunResult | undefined;
}

/** A kept log, and what became of it when it was kept. */
interface GoldenLog extends Outcome {
  readonly setup: Setup;
  readonly facts: readonly Fact[];
}

export function pathOf(name: string): string {
  return join(goldenFolder, `${name.replaceAll(/[^a-z]+/g, "-")}.jsonl`);
}

/** What rules, by default the present ones, make of a log. */
export function outcomeOf(setup: Setup, facts: readonly Fact[], { transition }: Rules = ruleBook.newest): Outcome {
  let state = initialState(setup);
  const calls: string[] = [];
  let result: RunResult | undefined;
  for (const fact of facts) {
    const [next, effects] = transition(state, fact);
    state = next;
    for (const effect of effects) {
      if (effect.type === "start-call") calls.push(shown(effect.order));
      else if (effect.type === "finish") result = effect.result;
    }
  }
  return { calls, result };
}

/** A call in one line: what decides whom it asks, and what about. */
function shown({ callId, agentId, purpose, repeats, retryOf }: CallOrder): string {
  const about = purpose.phase === "draft" ? "" : ` of ${purpose.candidates.map(({ id }) => id).join(", ")}`;
  return `${callId} ${agentId} ${purpose.phase}${about}${repeats ? `, as ${repeats}` : ""}${retryOf ? ", again" : ""}`;
}

export function readGolden(name: string): GoldenLog {
  return readLog(pathOf(name));
}

/** One thing a line: the setup, each fact, the outcome. */
export function readLog(path: string): GoldenLog {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as unknown);
  const [setup, ...rest] = parsed;
  const { calls, result } = rest.pop() as Outcome;
  return { setup: setup as Setup, facts: rest as readonly Fact[], calls, result };
}

/** Keeps a log, if there is none of this name. Returns whether it did. */
export function writeGolden(name: string, setup: Setup, facts: readonly Fact[]): boolean {
  if (existsSync(pathOf(name))) return false;
  mkdirSync(goldenFolder, { recursive: true });
  const lines = [setup, ...facts, outcomeOf(setup, facts)];
  writeFileSync(pathOf(name), `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  return true;
}
