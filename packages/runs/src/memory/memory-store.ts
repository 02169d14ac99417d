import { randomBytes } from "node:crypto";
import { readHead, writeHead } from "../head.ts";
import { type KeptLog, type RunEnd, type RunSummary, summaryOf } from "../kept-run.ts";
import { meets } from "../run-filter.ts";
import type { RunPage, RunStore } from "../run-store.ts";
import { createMemorySpending } from "../spending/memory-spending.ts";
import { StoreError } from "../store-error.ts";
import { Watchers } from "../watchers.ts";
import { factsFrom, factsText, lengthOf, type MemoryEntry } from "./entry.ts";
import { leavesFirst, type Newcomer } from "./leaves-first.ts";

/** How much the store may hold, and for how long. */
export interface MemoryStoreLimits {
  /** Default 1,000. */
  readonly mostRuns?: number;
  /** Characters of all that is kept, two bytes each at most. Default 128 Mi: 256 MB. */
  readonly mostChars?: number;
  /** Milliseconds since 1970. With it runs leave when their time is over; without it `expire` lets them go. */
  readonly now?: () => number;
}

/**
 * Keeps runs in this process's memory. Their time counts from their end. Where there is no more room, runs that have
 * ended leave, as {@link leavesFirst} says; runs under way stay.
 */
export function createMemoryStore({
  mostRuns = 1000,
  mostChars = 128 * 1024 * 1024,
  now = () => -Infinity,
}: MemoryStoreLimits = {}): RunStore {
  /** Those that have ended stand in the order of their ends. */
  const entries = new Map<string, MemoryEntry>();
  const watchers = new Watchers();
  const secret = randomBytes(32).toString("hex");
  let chars = 0;
  let count = 0;

  function drop(id: string): boolean {
    const entry = entries.get(id);
    if (entry === undefined) return false;
    entries.delete(id);
    chars -= entry.chars;
    watchers.wake(id);
    return true;
  }

  function dropOver(nowMs: number, most = Infinity): number {
    const over = [...entries.values()].filter(({ summary }) => isOver(summary, nowMs)).slice(0, most);
    for (const { summary } of over) drop(summary.id);
    return over.length;
  }

  /** As {@link dropOver}, but looks no further than to the first that has ended and may stay. */
  function dropEnded(nowMs: number): void {
    for (const [id, { summary }] of entries) {
      if (isOver(summary, nowMs)) drop(id);
      else if (summary.end !== undefined) return;
    }
  }

  /** @throws StoreError `full` when nobody is left who could leave */
  function makeRoom(newcomer: Newcomer): void {
    dropEnded(now());
    for (;;) {
      const tooLong = chars + newcomer.chars > mostChars;
      if (!tooLong && entries.size + newcomer.runs <= mostRuns) return;
      const hopeless = newcomer.chars > mostChars;
      const id = hopeless ? undefined : leavesFirst(entries, tooLong ? "chars" : "runs", newcomer);
      if (id === undefined) {
        const why = hopeless ? "is too small for this run" : "is full of runs under way, or of what clients stored";
        throw new StoreError("full", `the memory for kept runs (store_memory_mb) ${why}`);
      }
      drop(id);
    }
  }

  function noteEnd(id: string, entry: MemoryEntry, end: RunEnd): void {
    const { createdAtMs, expiresAtMs } = entry.summary;
    const expires = Math.max(expiresAtMs, end.endedAtMs + Math.max(0, expiresAtMs - createdAtMs));
    entry.summary = { ...entry.summary, expiresAtMs: expires, end };
    // To the end of the order.
    entries.delete(id);
    entries.set(id, entry);
  }

  function found(id: string): MemoryEntry | undefined {
    const entry = entries.get(id);
    if (entry === undefined || !isOver(entry.summary, now())) return entry;
    drop(id);
    return undefined;
  }

  function listed({ limit, after, ...filter }: RunPage): readonly RunSummary[] {
    dropOver(now());
    const sorted = [...entries.values()].sort(
      (one, other) => other.summary.createdAtMs - one.summary.createdAtMs || other.number - one.number,
    );
    const from = after === undefined ? 0 : sorted.findIndex(({ summary }) => summary.id === after) + 1;
    if (after !== undefined && from === 0) return [];
    return sorted
      .slice(from)
      .map(({ summary }) => summary)
      .filter((run) => meets(run, filter))
      .slice(0, limit);
  }

  return {
    durable: false,
    async create(run, log = [], end) {
      if (entries.has(run.id)) throw new TypeError(`the run ${run.id} is kept already`);
      const head = writeHead(run);
      const facts = log.length === 0 ? [] : [factsText(log, 0)];
      const size = head.length + (facts[0]?.text.length ?? 0);
      makeRoom({ owner: run.owner, historyOnly: run.historyOnly === true, chars: size, runs: 1 });
      chars += size;
      count += 1;
      const entry = { head, log: facts, number: count, summary: summaryOf(run, head.length), chars: size };
      entries.set(run.id, entry);
      if (end !== undefined) noteEnd(run.id, entry, end);
      return head.length;
    },
    async find(id) {
      const head = found(id)?.head;
      return head === undefined ? undefined : readHead(JSON.parse(head));
    },
    list: async (page) => listed(page),
    async append(id, seq, facts: KeptLog) {
      const entry = found(id);
      if (entry === undefined) return "gone";
      if (lengthOf(entry) !== seq) return "taken";
      const part = factsText(facts, seq);
      const size = part.text.length;
      makeRoom({ owner: entry.summary.owner, historyOnly: false, chars: size, runs: 0 });
      // Making room leaves runs under way; one that has ended may have been the first to leave.
      if (!entries.has(id)) return "gone";
      entry.log.push(part);
      entry.chars += size;
      chars += size;
      watchers.wake(id);
      return "kept";
    },
    async read(id, from) {
      const entry = found(id);
      return entry === undefined ? [] : factsFrom(entry, from);
    },
    watch: (id, wake) => watchers.watch(id, wake),
    async end(id, end, run) {
      const entry = found(id);
      if (entry === undefined || entry.summary.end !== undefined) return;
      if (run !== undefined) {
        const head = writeHead(run);
        const change = head.length - entry.head.length;
        entry.head = head;
        entry.summary = { ...entry.summary, bytes: head.length };
        entry.chars += change;
        chars += change;
      }
      noteEnd(id, entry, end);
      watchers.wake(id);
    },
    remove: async (id) => drop(id),
    expire: async (nowMs, most) => dropOver(nowMs, most),
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

/** A run under way stays, however long it takes. */
function isOver({ end, expiresAtMs }: RunSummary, nowMs: number): boolean {
  return end !== undefined && expiresAtMs <= nowMs;
}
