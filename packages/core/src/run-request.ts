import type { Allowance } from "./allowance.ts";
import type { ResponseFormat, Sampling, Tool, ToolChoice } from "./model/chat-request.ts";
import type { Message } from "./model/message.ts";

/** What to do and how the answer is to be delivered. */
export interface RunRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /**
   * The required format of the answer's text. Every answer is checked, and nothing is delivered before it passes.
   * Answers that call tools are exempt, and one that hit its output limit is delivered if there is no other.
   */
  readonly responseFormat?: ResponseFormat;
  /**
   * The client's sampling: applies to drafts and the presentation where the agent's own does not. `seed` also seeds the
   * draws; without it the request itself does, so that equal requests draw alike.
   */
  readonly sampling?: Sampling;
  /**
   * `live` (default): content is delivered while it is written. `whole`: nothing is delivered before the end, so that a
   * broken presentation can be replaced. A request that requires a tool call or a format is always answered whole,
   * since the answer must be checked first.
   */
  readonly delivery?: "live" | "whole";
  /**
   * What the client says that its requests with the same beginning have in common: goes into the key by which services
   * find a prompt in their caches. Absent: the beginning of the conversation itself.
   */
  readonly cacheKey?: string;
  /** Ends the run after this many milliseconds, if the team's own deadline is not sooner. */
  readonly deadlineMs?: number;
  /** The most that the run may cost, in dollars, if the team's own budget is not lower. */
  readonly maxUsd?: number;
  /** What is left of money that other runs spend too, in dollars: bounds the run like `maxUsd`. */
  readonly leftUsd?: number;
  /** That money: each call reserves its part before it is made. */
  readonly allowance?: Allowance;
  /** Aborting cancels the run and every call of it. */
  readonly signal?: AbortSignal;
  /** The run's id; generated when absent. */
  readonly runId?: string;
}
