import type { CoordinationSettings } from "./coordination/settings.ts";
import type { ChatModel } from "./model/chat-model.ts";
import type { Sampling, Tool, ToolChoice } from "./model/chat-request.ts";
import type { Message } from "./model/message.ts";
import type { Run } from "./run/run.ts";

/** A member of a team. */
export interface Agent {
  /** Unique in the team; shown to people, never to models. */
  readonly id: string;
  readonly model: ChatModel;
  /** Put in front of the client's conversation. */
  readonly systemMessage?: string;
  /** Sampling that the configuration fixes for this agent: it wins over the client's. */
  readonly sampling?: Sampling;
}

/** What to do and how the answer is to be delivered. */
export interface RunRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** The client's sampling: used for drafts and the presentation where the agent's own is silent. `seed` also seeds the draws. */
  readonly sampling?: Sampling;
  /**
   * `live` (default): content is delivered while it is written. `whole`: nothing is delivered before the end, so that a
   * presentation that breaks can be replaced.
   */
  readonly delivery?: "live" | "whole";
  /** Ends the run at this many milliseconds, if that is sooner than the team's own deadline. */
  readonly deadlineMs?: number;
  /** Aborting cancels the run and every call of it. */
  readonly signal?: AbortSignal;
  /** The run's id; made up when absent. */
  readonly runId?: string;
}

/** Agents and the rules by which they decide. */
export interface Team {
  readonly agents: readonly Agent[];
  readonly settings: CoordinationSettings;
  readonly run: (request: RunRequest) => Run;
}
