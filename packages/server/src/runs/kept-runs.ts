import type { RunEvent, RunRecord, RunRequest, RunResult } from "@massgen/core";
import type { Answer, Asked, AskedRun, Kept, Recall, Wire } from "../wires/wire.ts";
import type { AskedTeam } from "./find-team.ts";
import type { History } from "./history.ts";
import type { OpenRuns } from "./open-runs.ts";
import type { StartedRun } from "./read-run.ts";
import type { TraceLevel } from "./traces.ts";

/** A run that is kept, or will be once it has ended. */
export interface KeptRun extends StartedRun {
  /** The id of its answer, on its wire. */
  readonly id: string;
  /** The owner: no other key finds it. Undefined on a server without keys. */
  readonly owner: string | undefined;
  /** Whether its client asked for it to be kept, and may fetch it; others are kept for history only. */
  readonly stored: boolean;
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
  /** Whether it has been handed to the store. */
  saved?: true;
  /** Whether the bytes of its images have left, so that it cannot be continued. */
  readonly imagesDropped?: boolean;
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

/** Runs that are kept for clients that come back, and for those who look at past runs. */
export interface Runs {
  /** Whether runs that no client asked to be kept are kept for history. */
  readonly recordsAll: boolean;
  /** Holds a run while it goes on: its client may come for it meanwhile. */
  readonly keep: (run: KeptRun) => void;
  /** Adds an event's size to what is held. */
  readonly grow: (run: KeptRun, event: RunEvent) => void;
  /** @throws ProblemError `store-unavailable` while the store does not answer */
  readonly find: (wire: Wire, id: string, owner: string | undefined) => Promise<KeptRun | undefined>;
  /**
   * An owner's finished answers on a wire, newest first.
   * @throws ProblemError `store-unavailable`
   */
  readonly list: (wire: Wire, owner: string | undefined, page: ListPage) => Promise<readonly KeptRun[]>;
  readonly remove: (run: KeptRun) => Promise<void>;
  /** A run has ended, and its client is about to learn it: what must outlive the process is kept now. Never rejects. */
  readonly settle: (run: KeptRun) => Promise<void>;
  /** The client of a run has learnt all that it will: the rest is kept now, or let go. Never rejects. */
  readonly leave: (run: KeptRun) => Promise<void>;
  /**
   * Begins a run that is driven for nobody: it outlives its client, and the process if the store does. Absent where
   * there is no such keeper: then these runs are driven here like any other.
   * @throws ProblemError as starting a run does; `server-busy` where too many wait; `store-unavailable`
   */
  readonly begin?: (run: NewRun) => Promise<KeptRun>;
  /** Holds every run that is driven here for its client, while it goes on. */
  readonly open: OpenRuns;
  readonly history: History;
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
    if (run?.result?.status !== "answered") continue;
    const { answer, result, imagesDropped = false } = run;
    found.set(id, { own: answer.own, result, imagesDropped });
  }
  return (id) => found.get(id);
}
