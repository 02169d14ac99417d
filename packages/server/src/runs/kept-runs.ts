import type { Clock, RunEvent, RunRecord, RunRequest, RunResult } from "@massgen/core";
import type { Answer, Asked, AskedRun, Kept, Recall, Wire } from "../wires/wire.ts";
import type { AskedTeam } from "./find-team.ts";
import type { StartedRun } from "./read-run.ts";
import type { TraceLevel } from "./traces.ts";
import { sizeOf } from "./size-of.ts";

/** A run whose answer clients may fetch later. */
export interface KeptRun extends StartedRun {
  /** The id of its answer, on its wire. */
  readonly id: string;
  /** The owner: no other key finds it. Undefined on a server without keys. */
  readonly owner: string | undefined;
  /** Whether it continues when its client leaves. */
  readonly background: boolean;
  /** Whether it goes on when this process ends. */
  readonly durable?: true;
  /** Whether numbers that its viewers have may come from another version of the wire's code. */
  readonly otherFold?: true;
  /** Whether a client cancelled it. */
  cancelled: boolean;
  /** Set when the run has ended. */
  result?: RunResult;
  /** Whether its engine failed, so that there will be no result. */
  broken?: true;
  /** Whether a client deleted it; it may still go on. */
  removed?: true;
  /** What a store keeps of a run that is driven for its client. */
  readonly record?: () => RunRecord;
  /** What was asked of the team. */
  readonly request?: AskedRun;
  readonly team?: AskedTeam;
}

/** A run that is to go on without its client. */
export interface NewRun {
  readonly wire: Wire;
  readonly asked: Asked;
  readonly team: AskedTeam;
  readonly owner: string | undefined;
  readonly traces: TraceLevel | undefined;
  /** What it may spend. */
  readonly money: Pick<RunRequest, "maxUsd" | "leftUsd">;
  readonly answer: Omit<Answer, "own" | "runId">;
}

/** A part of a list. */
interface ListPage {
  /** How many at most. */
  readonly limit: number;
  /** Begins behind this one. */
  readonly after?: KeptRun;
}

/** Runs that are kept for clients that come back. */
export interface Runs {
  readonly keep: (run: KeptRun) => void;
  /** Adds an event's size to what is held. The last event starts the time for which the run is kept. */
  readonly grow: (run: KeptRun, event: RunEvent) => void;
  /** Its engine failed: the run is over, and is kept as failed. */
  readonly broke: (run: KeptRun) => void;
  /** @throws ProblemError `store-unavailable` while the store does not answer */
  readonly find: (
    wire: Wire,
    id: string,
    owner: string | undefined,
  ) => KeptRun | undefined | Promise<KeptRun | undefined>;
  /**
   * An owner's finished answers on a wire, newest first.
   * @throws ProblemError `store-unavailable`
   */
  readonly list: (
    wire: Wire,
    owner: string | undefined,
    page: ListPage,
  ) => readonly KeptRun[] | Promise<readonly KeptRun[]>;
  readonly remove: (run: KeptRun) => void | Promise<void>;
  /** A run has ended, and its client is about to learn it: what outlives the process is kept now. */
  readonly settle?: (run: KeptRun) => Promise<void>;
  /**
   * Begins a run that outlives its client and this process. Absent where nothing does: then such runs are driven here
   * like any other.
   * @throws ProblemError as starting a run does; `server-busy` where too many wait; `store-unavailable`
   */
  readonly begin?: (run: NewRun) => Promise<KeptRun>;
}

/**
 * The limits for runs that have ended. Beyond them, the owner with the most loses those that ended first, so that no
 * client can push out what others stored.
 */
export interface KeptLimits {
  readonly most: number;
  /** From the end of the run. */
  readonly forMs: number;
  /** Characters of all conversations and answers. */
  readonly chars: number;
}

const usualLimits: KeptLimits = { most: 1000, forMs: 60 * 60 * 1000, chars: 128_000_000 };

interface Entry {
  readonly run: KeptRun;
  /** When its run ended, or began if it has not ended. */
  readonly since: number;
  readonly chars: number;
}

/** {@link Runs} that answer at once. */
export interface MemoryRuns extends Omit<Runs, "settle" | "begin"> {
  readonly find: (wire: Wire, id: string, owner: string | undefined) => KeptRun | undefined;
  readonly list: (wire: Wire, owner: string | undefined, page: ListPage) => readonly KeptRun[];
  readonly remove: (run: KeptRun) => void;
}

/** Keeps runs in this process's memory, within limits. A run in progress is never removed for them. */
export function createRuns(clock: Pick<Clock, "now">, limits = usualLimits): MemoryRuns {
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
    list(wire, owner, { limit, after }) {
      makeRoom();
      const runs = [...entries.values()].map(({ run }) => run).toReversed();
      const own = runs.filter((run) => run.wire === wire && run.owner === owner && run.result?.status === "answered");
      const start = after === undefined ? 0 : own.findIndex(({ id }) => id === after.id) + 1;
      return own.slice(start, start + limit);
    },
    remove(run) {
      if (entries.get(run.id)?.run === run) drop(run.id);
    },
  };
}

function isOver({ result, broken }: KeptRun): boolean {
  return result !== undefined || broken === true;
}

/**
 * Finds the answers that a client may continue: finished ones of its own, on the same wire.
 * @param ids those that its request refers to; no others will be found
 */
export async function recallFrom(
  runs: Pick<Runs, "find">,
  wire: Wire,
  owner: string | undefined,
  ids: readonly string[],
): Promise<Recall> {
  const found = new Map<string, Kept>();
  for (const id of ids) {
    const run = await runs.find(wire, id, owner);
    if (run?.result?.status === "answered") found.set(id, { own: run.answer.own, result: run.result });
  }
  return (id) => found.get(id);
}
