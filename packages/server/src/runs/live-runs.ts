import type { Clock } from "@massgen/core";
import type { Wire } from "../wires/wire.ts";
import type { KeptRun, Runs } from "./kept-runs.ts";
import { sizeOf } from "./size-of.ts";

/**
 * The limits for runs that have ended. Beyond them, the owner with the most loses those that ended first, so that no
 * client can push out what others stored.
 */
export interface LiveLimits {
  readonly most: number;
  /** From the end of the run. */
  readonly forMs: number;
  /** Characters of all conversations and answers. */
  readonly chars: number;
}

const usualLimits: LiveLimits = { most: 1000, forMs: 60 * 60 * 1000, chars: 128_000_000 };

interface Entry {
  readonly run: KeptRun;
  /** When its run ended, or began if it has not ended. */
  readonly since: number;
  readonly chars: number;
}

/** Runs that are driven here for a client, while they go on; and those that no store could take. */
export interface LiveRuns extends Pick<Runs, "keep" | "grow"> {
  readonly find: (wire: Wire, id: string, owner: string | undefined) => KeptRun | undefined;
  /** Its engine failed: the run is over, and is kept as failed. */
  readonly broke: (run: KeptRun) => void;
  readonly remove: (run: KeptRun) => void;
}

/** Keeps runs in this process's memory, within limits. A run in progress is never removed for them. */
export function createLiveRuns(clock: Pick<Clock, "now">, limits = usualLimits): LiveRuns {
  /** By id. Those that ended first come first. */
  const entries = new Map<string, Entry>();
  let chars = 0;

  function set(id: string, entry: Entry): void {
    chars += entry.chars - (entries.get(id)?.chars ?? 0);
    entries.set(id, entry);
  }

  function drop(id: string): void {
    chars -= entries.get(id)?.chars ?? 0;
    entries.delete(id);
  }

  /** Starts the time for which an ended run is kept. */
  function end(id: string, entry: Entry): void {
    // To the end of the order.
    drop(id);
    set(id, { ...entry, since: clock.now() });
    makeRoom();
  }

  function makeRoom(): void {
    const before = clock.now() - limits.forMs;
    for (const [id, { run, since }] of entries) if (isOver(run) && since <= before) drop(id);
    while (chars > limits.chars) if (!dropOfFullest((entry) => entry.chars)) return;
    while (entries.size > limits.most) if (!dropOfFullest(() => 1)) return;
  }

  /** Drops the run that ended first of the owner who has the most. Returns false if no run has ended. */
  function dropOfFullest(sizeOf: (entry: Entry) => number): boolean {
    const owners = new Map<string | undefined, { size: number; first?: string }>();
    for (const [id, entry] of entries) {
      const owner = owners.get(entry.run.owner) ?? { size: 0 };
      owners.set(entry.run.owner, owner);
      owner.size += sizeOf(entry);
      if (isOver(entry.run)) owner.first ??= id;
    }
    const [fullest] = [...owners.values()].filter(({ first }) => first !== undefined).sort((a, b) => b.size - a.size);
    if (fullest?.first === undefined) return false;
    drop(fullest.first);
    return true;
  }

  return {
    keep(run) {
      set(run.id, { run, since: clock.now(), chars: run.wire.keeps?.size(run.answer.own) ?? 0 });
      makeRoom();
    },
    grow({ id }, event) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      const grown = { ...entry, chars: entry.chars + sizeOf(event) };
      set(id, grown);
      if (event.type === "run-finished") end(id, grown);
    },
    broke(run) {
      run.broken = true;
      const entry = entries.get(run.id);
      if (entry !== undefined) end(run.id, entry);
    },
    find(wire, id, owner) {
      makeRoom();
      const run = entries.get(id)?.run;
      return run?.wire === wire && run.owner === owner ? run : undefined;
    },
    remove(run) {
      if (entries.get(run.id)?.run === run) drop(run.id);
    },
  };
}

function isOver({ result, broken }: KeptRun): boolean {
  return result !== undefined || broken === true;
}
