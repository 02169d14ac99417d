import type { ResponseFormat, Sampling, Tool, ToolChoice } from "./model/chat-request.ts";
import type { Message } from "./model/message.ts";

/** What to do and how the answer is to be delivered. */
export interface RunRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /**
   * What the answer's text must be. Every answer is checked against it, whatever a model does, and nothing is delivered
   * before it keeps the format; answers that call tools are exempt, and one that ran into its output limit goes out as
   * it is when there is no other.
   */
  readonly responseFormat?: ResponseFormat;
  /**
   * The client's sampling: used for drafts and the presentation where the agent's own is silent. `seed` also seeds the
   * draws.
   */
  readonly sampling?: Sampling;
  /**
   * `live` (default): content is delivered while it is written. `whole`: nothing is delivered before the end, so that a
   * presentation that breaks can be replaced. A request that demands a tool call or a format is always answered whole:
   * what may turn out not to be what was demanded is not shown.
   */
  readonly delivery?: "live" | "whole";
  /** Ends the run at this many milliseconds, if that is sooner than the team's own deadline. */
  readonly deadlineMs?: number;
  /** Aborting cancels the run and every call of it. */
  readonly signal?: AbortSignal;
  /** The run's id; made up when absent. */
  readonly runId?: string;
}
