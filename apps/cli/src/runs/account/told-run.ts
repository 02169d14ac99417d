import type { Fact, LoggedEvent, Receipt, RunResult } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptRun } from "@massgen/runs";

/** A kept run, and what happened in it. */
export interface ToldRun {
  readonly run: KeptRun;
  readonly events: readonly LoggedEvent[];
  /** Absent while it goes on. */
  readonly result?: RunResult;
}

/** What happened in a run that is over. */
export interface EndedRun extends ToldRun {
  readonly result: RunResult;
}

/**
 * Folds the log of a kept run.
 * @param redact strikes out secrets in what providers said
 */
export function toldRun(run: KeptRun, log: readonly Fact[], redact: (text: string) => string): ToldRun {
  const next = replay(run.setup, redact);
  const events = log.flatMap((fact) => next(fact));
  const end = eventsOf({ events }, "run-finished").at(-1);
  return { run, events, ...(end && { result: end.result }) };
}

type EventOf<T extends LoggedEvent["type"]> = Extract<LoggedEvent, { type: T }>;

/** The events of one type, in order. */
export function eventsOf<T extends LoggedEvent["type"]>(
  { events }: Pick<ToldRun, "events">,
  type: T,
): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

export function isEnded(told: ToldRun): told is EndedRun {
  return told.result !== undefined;
}

/** The model that an agent called last. */
export function modelOf(receipt: Receipt, agentId: string): string {
  const agent = receipt.agents.find(({ id }) => id === agentId);
  return agent?.fallback?.model ?? agent?.model ?? "";
}
