import type { Announcement, RunResult } from "../coordination/announcement.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { ToolCall } from "../model/message.ts";

/** The version of the event log; raised when an event changes its meaning or its shape. */
export const logVersion = 1;

/** Always the first event. */
export interface RunStartedEvent {
  readonly type: "run-started";
  readonly runId: string;
  /** {@link logVersion} of what follows. */
  readonly version: number;
  /** When it began, not when it was put in line; milliseconds since 1970. */
  readonly startedAt: number;
  readonly agents: readonly { readonly id: string; readonly model: string }[];
  /** How much of the deliberation to show: the level for `traceLines`. */
  readonly traces: CoordinationSettings["traces"];
  /** Who reads the traces. */
  readonly audience: CoordinationSettings["audience"];
}

/**
 * A piece of the final answer. The run's own loop sets the pace: the next piece is read from the model once this one
 * was taken.
 */
export interface ContentDeltaEvent {
  readonly type: "content-delta";
  readonly text: string;
}

/** A piece of the reasoning of the model that is writing the final answer (one-agent teams only). */
export interface ReasoningDeltaEvent {
  readonly type: "reasoning-delta";
  readonly agentId: string;
  readonly text: string;
}

/** A piece of a draft while it is written, for readers that asked for drafts. */
export interface DraftDeltaEvent {
  readonly type: "draft-delta";
  readonly agentId: string;
  readonly text: string;
}

/** Tool calls that are the final answer, or part of it; at most once in a run. */
export interface ToolCallsEvent {
  readonly type: "tool-calls";
  readonly toolCalls: readonly ToolCall[];
}

/** Always the last event. */
export interface RunFinishedEvent {
  readonly type: "run-finished";
  readonly result: RunResult;
}

/** Milliseconds from the start of the run. */
interface Timed {
  readonly atMs: number;
}

/**
 * An event that the run's log keeps, numbered from 0 without gaps. In whole delivery this includes the `content-delta`
 * at the end.
 */
export type LoggedEvent = Timed & { readonly seq: number } & (
    | RunStartedEvent
    | Announcement
    | ContentDeltaEvent
    | ToolCallsEvent
    | RunFinishedEvent
  );

/** A piece of text in passing. It has no number: a late reader gets the text so far in one piece. */
export type PassingEvent = Timed & { readonly seq?: never } & (
    | ContentDeltaEvent
    | ReasoningDeltaEvent
    | DraftDeltaEvent
  );

/**
 * Everything that happens in a run. What a server, a terminal, a recorder or a metric shows is a fold over these
 * events.
 */
export type RunEvent = LoggedEvent | PassingEvent;
