import type { Announcement, RunResult } from "../coordination/announcement.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { ToolCall } from "../model/message.ts";

/** The version of the log of a run's events; raised when an event changes its meaning or its shape. */
export const logVersion = 1;

/** Always the first event. */
export interface RunStartedEvent {
  readonly type: "run-started";
  readonly runId: string;
  /** {@link logVersion} of what follows. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly agents: readonly { readonly id: string; readonly model: string }[];
  /** How much of the deliberation is to be shown: the level for `traceLines`. */
  readonly traces: CoordinationSettings["traces"];
  /** Who reads the traces. */
  readonly audience: CoordinationSettings["audience"];
}

/**
 * A piece of the final answer. Comes at the pace of the run's own loop: the next is read upstream when this one was
 * taken.
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

/** Calls of the client's tools that are (part of) the final answer; at most once in a run. */
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
 * An event that the run's log keeps, numbered from 0 without gaps. A `content-delta` is one in whole delivery, where it
 * comes at the end.
 */
export type LoggedEvent = Timed & { readonly seq: number } & (
    | RunStartedEvent
    | Announcement
    | ContentDeltaEvent
    | ToolCallsEvent
    | RunFinishedEvent
  );

/** A piece of text on its way. It has no number: a reader that comes late gets what was written so far in one piece. */
export type PassingEvent = Timed & { readonly seq?: never } & (
    | ContentDeltaEvent
    | ReasoningDeltaEvent
    | DraftDeltaEvent
  );

/** What happens in a run. Everything that a server, a terminal, a recorder or a metric shows is a fold over these. */
export type RunEvent = LoggedEvent | PassingEvent;
