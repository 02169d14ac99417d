import type { Fact } from "@massgen/core";
import type { KeptLog, RunSummary } from "../kept-run.ts";

/** One run, its head and facts as JSON: a few texts are less for the collector to go through than their parts. */
export interface MemoryEntry {
  head: string;
  readonly log: FactsText[];
  /** Which run it is, counted from the first. */
  readonly number: number;
  summary: RunSummary;
  chars: number;
}

/** Facts that were written together. */
interface FactsText {
  /** The number of the first one. */
  readonly from: number;
  readonly count: number;
  /** JSON: a list. */
  readonly text: string;
}

/** The facts as they are kept; `from` is the number of the first one. */
export function factsText(facts: KeptLog, from: number): FactsText {
  return { from, count: facts.length, text: JSON.stringify(facts) };
}

/** How many facts are kept of a run. */
export function lengthOf({ log }: MemoryEntry): number {
  const last = log.at(-1);
  return last === undefined ? 0 : last.from + last.count;
}

/** The facts from a number on. */
export function factsFrom({ log }: MemoryEntry, from: number): Fact[] {
  return log.flatMap((part) => {
    const skipped = from - part.from;
    return skipped >= part.count ? [] : (JSON.parse(part.text) as Fact[]).slice(Math.max(0, skipped));
  });
}
