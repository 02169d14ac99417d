import { randomBytes } from "node:crypto";
import type { Fact } from "@massgen/core";
import { type KeptRun, type RunEnd, type RunSummary, summaryOf, wireOf } from "../kept-run.ts";
import type { RunPage, RunStore } from "../run-store.ts";
import { createMemorySpending } from "../spending/memory-spending.ts";
import { StoreError } from "../store-error.ts";
import { Watchers } from "../watchers.ts";

/** How much the store may hold. */
export interface MemoryStoreLimits {
  /** Default 1,000. */
  readonly mostRuns?: number;
  /** Characters of JSON, two bytes each at most. Default 128 Mi: 256 MB. */
  readonly mostChars?: number;
}

/** One run. Its parts are kept as JSON: what readers do to what they get changes nothing here. */
interface Entry {
  readonly head: string;
  readonly log: string[];
  readonly wire: string;
  summary: RunSummary;
  chars: number;
}

/**
 * Keeps runs in this process's memory. Where there is no more room, the oldest runs that have ended leave first; runs
 * under way stay.
 */
export function createMemoryStore({
  mostRuns = 1000,
  mostChars = 128 * 1024 * 1024,
}: MemoryStoreLimits = {}): RunStore {
  /** In the order in which they came. */
  const entries = new Map<string, Entry>();
  const watchers = new Watchers();
  const secret = randomBytes(32).toString("hex");
  let chars = 0;

  function drop(id: string): boolean {
    const entry = entries.get(id);
    if (entry === undefined) return false;
    entries.delete(id);
    chars -= entry.chars;
    watchers.wake(id);
    return true;
  }

  /** Makes room. @throws StoreError `full` when only runs under way are left */
  function makeRoom(more: number, runs: number): void {
    for (const [id, { summary }] of entries) {
      if (chars + more <= mostChars && entries.size + runs <= mostRuns) return;
      if (summary.end !== undefined) drop(id);
    }
    if (chars + more > mostChars || entries.size + runs > mostRuns) {
      throw new StoreError("full", "the memory for kept runs (store_memory_mb) is full of runs under way");
    }
  }

  function listed({ limit, after, owner, wire, open }: RunPage): readonly RunSummary[] {
    const ofWire = [...entries.values()].filter((entry) => wire === undefined || entry.wire === wire);
    const all = ofWire.map(({ summary }) => summary).reverse();
    const sorted = all.sort((one, other) => other.createdAtMs - one.createdAtMs);
    const from = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && from === 0) return [];
    return sorted
      .slice(from)
      .filter((run) => owner === undefined || run.owner === owner)
      .filter((run) => open === undefined || open === (run.end === undefined))
      .slice(0, limit);
  }

  return {
    async create(run, log = [], end) {
      if (entries.has(run.id)) throw new TypeError(`the run ${run.id} is kept already`);
      const head = JSON.stringify(run);
      const facts = log.map((fact) => JSON.stringify(fact));
      const size = facts.reduce((sum, fact) => sum + fact.length, head.length);
      makeRoom(size, 1);
      chars += size;
      const begun = summaryOf(run, head.length);
      const summary = end === undefined ? begun : { ...begun, end };
      entries.set(run.id, { head, wire: wireOf(run), log: facts, summary, chars: size });
      return head.length;
    },
    async find(id) {
      const head = entries.get(id)?.head;
      return head === undefined ? undefined : (JSON.parse(head) as KeptRun);
    },
    list: async (page) => listed(page),
    async append(id, seq, facts) {
      const entry = entries.get(id);
      if (entry === undefined) return "gone";
      if (entry.log.length !== seq) return "taken";
      const texts = facts.map((fact) => JSON.stringify(fact));
      const size = texts.reduce((sum, text) => sum + text.length, 0);
      makeRoom(size, 0);
      // Making room leaves runs under way; one that has ended may have been the oldest.
      if (!entries.has(id)) return "gone";
      entry.log.push(...texts);
      entry.chars += size;
      chars += size;
      watchers.wake(id);
      return "kept";
    },
    read: async (id, from) => (entries.get(id)?.log ?? []).slice(from).map((text) => JSON.parse(text) as Fact),
    watch: (id, wake) => watchers.watch(id, wake),
    async end(id, end: RunEnd) {
      const entry = entries.get(id);
      if (entry === undefined || entry.summary.end !== undefined) return;
      entry.summary = { ...entry.summary, end };
      watchers.wake(id);
    },
    remove: async (id) => drop(id),
    async expire(nowMs, most) {
      const over = [...entries.values()].filter(({ summary }) => summary.expiresAtMs <= nowMs).slice(0, most);
      for (const { summary } of over) drop(summary.id);
      return over.length;
    },
    ownerSecret: async () => secret,
    spending: createMemorySpending(),
    ping: async () => {},
    close: async () => {
      entries.clear();
      chars = 0;
      watchers.wakeAll();
    },
  };
}
