import type { Announcement, RunResult } from "../coordination/announcement.ts";
import type { ToolCall } from "../model/message.ts";

/** Always the first event. */
export interface RunStartedEvent {
  readonly type: "run-started";
  readonly runId: string;
  readonly agents: readonly { readonly id: string; readonly model: string }[];
}

/** A piece of the final answer. Comes at the consumer's pace: the next is read upstream when this one was taken. */
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

/**
 * The public log of a run: everything that a server, a terminal, a recorder or a metric shows is a fold over these.
 * `atMs` counts from the start of the run.
 */
export type RunEvent = { readonly atMs: number } & (
  | RunStartedEvent
  | Announcement
  | ContentDeltaEvent
  | ReasoningDeltaEvent
  | ToolCallsEvent
  | RunFinishedEvent
);
