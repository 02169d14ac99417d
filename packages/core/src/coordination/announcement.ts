import type { QueueWait } from "../limiter.ts";
import type { FinishReason, Usage } from "../model/model-event.ts";
import type { ToolCall } from "../model/message.ts";
import type { Candidate } from "./candidate.ts";
import type { Failure, Outcome, Phase, Receipt } from "./receipt.ts";

/** Why an agent that has not answered yet is not waited for. */
export type Haste = "straggler" | "deadline" | "answer-now";

/**
 * Why a lazy run calls the others too.
 * - `difference`: the first answers are not all the same and in the requested format
 * - `failure`: one of those called first gave none
 * - `repair`: a reply had to be asked for again
 * - `slow`: they take long
 * - `undecided`: the first votes do not decide
 */
export type Need = "difference" | "failure" | "repair" | "slow" | "undecided";

/** What a run announces, apart from the pieces of text that stream by. Agents appear under their configured ids. */
export type Announcement =
  | { readonly type: "draft-started"; readonly agentId: string }
  | {
      readonly type: "draft-finished";
      readonly agentId: string;
      readonly candidate: Candidate;
      /** Milliseconds from the start of the call. */
      readonly tookMs: number;
      /** The model's own reasoning as one text, where it showed any. */
      readonly reasoning?: string;
      /** This draft is the final answer, delivered while it was written. */
      readonly final: boolean;
    }
  /** A call waits for its turn at the provider; nothing was sent. */
  | ({ readonly type: "call-queued"; readonly agentId: string; readonly phase: Phase } & QueueWait)
  /** The turn of a call that waited has come. */
  | { readonly type: "call-sent"; readonly agentId: string; readonly phase: Phase }
  /** A call failed and will be made again. */
  | {
      readonly type: "call-retried";
      readonly agentId: string;
      readonly phase: Phase;
      readonly failure: Failure;
      readonly delayMs: number;
    }
  /** The agent's model is not to be had; its fallback is asked instead, from now on. */
  | {
      readonly type: "fallback-started";
      readonly agentId: string;
      readonly phase: Phase;
      /** Why the first model failed. */
      readonly failure: Failure;
      /** The fallback's model. */
      readonly model: string;
    }
  /** The process that made a call is gone. */
  | {
      readonly type: "call-lost";
      readonly agentId: string;
      readonly phase: Phase;
      /** Whether the call is made again at once. */
      readonly again: boolean;
    }
  /** The wait of a call that is made again is over. */
  | { readonly type: "retry-started"; readonly agentId: string; readonly phase: Phase }
  /** A reply could not be used and is asked for again. */
  | { readonly type: "reply-rejected"; readonly agentId: string; readonly phase: Phase; readonly problem: string }
  | {
      readonly type: "agent-failed";
      readonly agentId: string;
      readonly phase: Phase;
      readonly failure: Failure;
      /** Agents that still take part. */
      readonly remaining: number;
    }
  | {
      readonly type: "agent-dropped";
      readonly agentId: string;
      readonly why: Haste;
      /** False if it was held back and never called. */
      readonly called: boolean;
    }
  /** These are called only if the others cannot decide. */
  | { readonly type: "agents-held"; readonly phase: Phase; readonly agentIds: readonly string[] }
  /** Those held back are called after all. */
  | { readonly type: "others-called"; readonly phase: Phase; readonly agentIds: readonly string[]; readonly why: Need }
  /** Aborted, or never called, because the outcome was already certain. */
  | {
      readonly type: "agent-spared";
      readonly agentId: string;
      readonly phase: Phase;
      readonly why: "agreement" | "early-stop";
      /** False if it was held back and never called. */
      readonly called: boolean;
      /** How many agents agreed, if that is why. */
      readonly agreeing?: number;
      /** Agents in the team. */
      readonly of: number;
    }
  /** The agent takes no part: its model cannot see the images, or the budget is used up. */
  | { readonly type: "agent-excluded"; readonly agentId: string; readonly why: "images" | "budget" }
  /** The provider refused sampling parameters; the call went without. */
  | {
      readonly type: "parameters-dropped";
      readonly agentId: string;
      readonly names: readonly string[];
      /** Whether this call wrote the final answer. */
      readonly final: boolean;
    }
  | {
      readonly type: "agreement-reached";
      readonly agentIds: readonly string[];
      readonly of: number;
      /** The run is exhaustive: it goes on, but this decides. */
      readonly exhaustive?: true;
    }
  | {
      readonly type: "round-started";
      readonly round: number;
      readonly voters: readonly string[];
      readonly candidates: readonly string[];
      /** Whether voters may write a new answer instead of voting. */
      readonly revisable: boolean;
    }
  | {
      readonly type: "vote-cast";
      readonly agentId: string;
      readonly round: number;
      /** Author of the chosen candidate. */
      readonly choice: string;
      readonly candidate: string;
      readonly reason: string;
      /** The place of the candidate among those that this voter saw, from 1. */
      readonly position: number;
      /** How many candidates this voter saw. */
      readonly shown: number;
    }
  | { readonly type: "answer-revised"; readonly agentId: string; readonly round: number; readonly candidate: Candidate }
  | { readonly type: "vote-abstained"; readonly agentId: string; readonly round: number; readonly problem: string }
  | { readonly type: "round-voided"; readonly round: number }
  /** Time or budget cut the run short here. */
  | { readonly type: "limit-reached"; readonly limit: "deadline" | "budget"; readonly consequence: string }
  /** Somebody wants the answer now. */
  | { readonly type: "answer-now"; readonly consequence: string }
  | {
      readonly type: "winner-selected";
      readonly agentId: string;
      readonly candidate: string;
      readonly outcome: Outcome;
      readonly votes: number;
      readonly cast: number;
      /** Answers that could have won. */
      readonly candidates: number;
      readonly finalAnswer: "select" | "synthesize";
    }
  | {
      readonly type: "presentation-started";
      readonly agentId: string;
      /** Answers that the presenter is shown. */
      readonly candidates: number;
    }
  | {
      readonly type: "presentation-failed";
      readonly agentId: string;
      readonly failure: Failure;
      /** Who presents next; absent when the winning text is delivered as it is. */
      readonly next?: string;
    }
  /** The final answer begins: its text, or its tool calls, come next. */
  | {
      readonly type: "answer-started";
      readonly agentId: string;
      /** Whether the answer is written already, so that these are the run's final figures. */
      readonly written: boolean;
      /** Calls made so far. */
      readonly calls: number;
      /** The sum of what providers have reported so far; absent if none has. */
      readonly usage?: Usage;
      /** What calls have cost so far, in dollars, as far as that is known; absent if it is of none. */
      readonly costUsd?: number;
      /** Calls of unknown cost come to it. Absent for no. */
      readonly costsMore?: true;
      readonly failedAgents: number;
      /** Agents in the team. */
      readonly of: number;
    };

/** How a run ended. */
export type RunResult =
  | {
      readonly status: "answered";
      readonly text: string;
      readonly toolCalls: readonly ToolCall[];
      readonly finishReason: FinishReason;
      readonly receipt: Receipt;
    }
  | { readonly status: "failed"; readonly failure: Failure; readonly receipt: Receipt }
  | { readonly status: "cancelled"; readonly receipt: Receipt };
