import type { Run, RunEvent, RunResult } from "@massgen/core";
import type { Problem } from "../problem.ts";
import type { Answer, Wire } from "../wires/wire.ts";
import { problemOf } from "./run-failure.ts";
import { foldTraces, traceLevels, type TraceLevel, type TracesFold } from "./traces.ts";

/** A run as its answers are made from it. */
export interface ReadableRun extends Pick<Run, "id" | "events">, AsyncIterable<RunEvent> {
  /** Resolves once it is certain that the run ends. */
  readonly cancel: () => void | Promise<void>;
}

/** A run in progress, started for a client. */
export interface StartedRun {
  readonly run: ReadableRun;
  readonly wire: Wire;
  readonly answer: Answer;
  /** How much of the traces the client wants; undefined for all that the configuration shows. */
  readonly traces: TraceLevel | undefined;
  /** Lines for the traces on how the request was read. */
  readonly remarks: readonly string[];
  readonly watcher: RunWatcher;
  /** Whether somebody else than its client cancelled it. */
  readonly calledOff?: () => boolean;
  /** Called once the run has ended, before its client learns it. Never rejects. */
  readonly settle?: () => Promise<void>;
}

/** Observes a run while its client reads it. Never throws. */
export interface RunWatcher {
  readonly event: (event: RunEvent) => void;
  /** `problem` says why there is no answer; undefined if there is one. */
  readonly ended: (result: RunResult, problem: Problem | undefined) => void;
  /** The run, or the code that writes its answer, has a defect. */
  readonly broke: (error: unknown) => void;
}

/** How a run ended. */
export type Ending =
  | { readonly result: Extract<RunResult, { status: "answered" }>; readonly last: RunEvent; readonly problem?: never }
  | { readonly result?: never; readonly last?: never; readonly problem: Problem };

/**
 * Reads a run to its end, at the pace of `take`, which gets every event except the last and the trace text that it
 * adds. Nothing else in the server reads events.
 */
export async function readRun(
  started: StartedRun,
  take: (event: RunEvent, traces: string) => Promise<void> | void,
): Promise<Ending>;
/** Reads the events of a reader that does not hold the pace. Undefined if they end before the run does. */
export async function readRun(
  started: StartedRun,
  take: (event: RunEvent, traces: string) => Promise<void> | void,
  events: AsyncIterable<RunEvent>,
): Promise<Ending | undefined>;
export async function readRun(
  { run, watcher, remarks, traces: wanted, calledOff }: StartedRun,
  take: (event: RunEvent, traces: string) => Promise<void> | void,
  events: AsyncIterable<RunEvent> = run,
): Promise<Ending | undefined> {
  let fold: TracesFold | undefined;
  let ending: Ending | undefined;
  try {
    for await (const event of events) {
      watcher.event(event);
      if (event.type === "run-finished") {
        const { result } = event;
        ending = result.status === "answered" ? { result, last: event } : { problem: problemOf(result, calledOff?.()) };
        watcher.ended(event.result, ending.problem);
        break;
      }
      if (event.type === "run-started") fold = foldTraces({ ...event, traces: lowerLevel(event.traces, wanted) });
      const traces = fold?.next(event) ?? "";
      await take(event, event.type === "run-started" && traces !== "" ? traces + linesOf(remarks) : traces);
    }
  } catch (error) {
    if (ending === undefined) throw error;
    // After the last event, an error no longer changes the result.
    watcher.broke(error);
  }
  if (ending === undefined && events === run) throw new Error(`Run ${run.id} ended without a result.`);
  return ending;
}

function lowerLevel(most: TraceLevel, wanted = most): TraceLevel {
  return traceLevels.indexOf(wanted) < traceLevels.indexOf(most) ? wanted : most;
}

function linesOf(remarks: readonly string[]): string {
  return remarks.map((remark) => `[orchestrator] ${remark}\n`).join("");
}
