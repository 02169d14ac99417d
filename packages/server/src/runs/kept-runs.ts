import type { Clock, RunEvent, RunResult } from "@massgen/core";
import type { Recall, Wire } from "../wires/wire.ts";
import type { StartedRun } from "./read-run.ts";

/** A run that clients may come back to. */
export interface KeptRun extends StartedRun {
  /** The id of its answer, on its wire. */
  readonly id: string;
  /** Whose it is: no other key finds it. Undefined on a server without keys. */
  readonly owner: string | undefined;
  /** Whether it goes on without anybody waiting for it. */
  readonly background: boolean;
  /** Whether a client ended it. */
  cancelled: boolean;
  /** Once it is over. */
  result?: RunResult;
}

/** Runs that are kept for clients who come back. */
export interface Runs {
  readonly keep: (run: KeptRun) => void;
  /** Notes what an event adds to what is held. */
  readonly grow: (run: KeptRun, event: RunEvent) => void;
  readonly find: (wire: Wire, id: string, owner: string | undefined) => KeptRun | undefined;
  readonly remove: (run: KeptRun) => void;
}

/** What runs that are over may take: the oldest go first. */
export interface KeptLimits {
  readonly most: number;
  readonly forMs: number;
  /** Characters of all that was asked and written. */
  readonly chars: number;
}

const usualLimits: KeptLimits = { most: 1000, forMs: 60 * 60 * 1000, chars: 128 * 1024 * 1024 };

interface Entry {
  readonly run: KeptRun;
  readonly since: number;
  chars: number;
}

/** Keeps runs in this process's memory, within limits. One that still goes on is never let go. */
export function createRuns(clock: Pick<Clock, "now">, limits = usualLimits): Runs {
  /** The oldest first. */
  const entries = new Map<string, Entry>();
  let chars = 0;

  function drop(id: string, entry: Entry): void {
    entries.delete(id);
    chars -= entry.chars;
  }

  function makeRoom(): void {
    const before = clock.now() - limits.forMs;
    for (const [id, entry] of entries) {
      const expired = entry.since <= before;
      if (!expired && entries.size <= limits.most && chars <= limits.chars) return;
      if (entry.run.result !== undefined) drop(id, entry);
    }
  }

  return {
    keep(run) {
      const asked = JSON.stringify(run.wire.keeps?.input(run.answer.own) ?? []).length;
      chars += asked;
      entries.set(run.id, { run, since: clock.now(), chars: asked });
      makeRoom();
    },
    grow({ id }, event) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      const more = charsOf(event);
      entry.chars += more;
      chars += more;
      if (event.type === "run-finished") makeRoom();
    },
    find(wire, id, owner) {
      makeRoom();
      const run = entries.get(id)?.run;
      return run?.wire === wire && run.owner === owner ? run : undefined;
    },
    remove(run) {
      const entry = entries.get(run.id);
      if (entry !== undefined) drop(run.id, entry);
    },
  };
}

/** The answers that a client may build on: its own, on the same wire, that are finished. */
export function recallFrom(runs: Runs, wire: Wire, owner: string | undefined): Recall {
  return (id) => {
    const run = runs.find(wire, id, owner);
    return run?.result?.status === "answered" ? { own: run.answer.own, result: run.result } : undefined;
  };
}

/** What an event holds, about: its texts, and as much again for what is around them. */
function charsOf(event: RunEvent): number {
  let chars = 100;
  if ("text" in event) chars += event.text.length;
  if ("candidate" in event && typeof event.candidate === "object") chars += event.candidate.text.length;
  if ("reason" in event && typeof event.reason === "string") chars += event.reason.length;
  if ("reasoning" in event && typeof event.reasoning === "string") chars += event.reasoning.length;
  if (event.type === "run-finished" && event.result.status === "answered") chars += event.result.text.length;
  return chars;
}
