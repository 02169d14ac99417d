import type { ToolCall } from "../model/message.ts";

/** An answer that may win: a draft, or a revision that replaces nothing (old versions stay eligible). */
export interface Candidate {
  /** Unique in the run; never shown to a model. */
  readonly id: string;
  readonly agentId: string;
  /** 1 for the draft, 2 for the author's first revision, ... */
  readonly version: number;
  readonly text: string;
  /** Calls of the client's tools that this answer consists of. */
  readonly toolCalls: readonly ToolCall[];
  /** The model ran into its output limit: the text is not whole. */
  readonly cut: boolean;
  /** How the text breaks the client's response format; absent when it keeps it, or there is none. */
  readonly violation?: string;
}

/** Whether a candidate keeps the client's response format. */
export function keepsFormat({ violation }: Candidate): boolean {
  return violation === undefined;
}

/** The candidates that may win: what breaks the client's format only as long as nothing keeps it. */
export function eligible(candidates: readonly Candidate[]): readonly Candidate[] {
  const kept = candidates.filter(keepsFormat);
  return kept.length > 0 ? kept : candidates;
}

/** Whether a candidate may go out as it is. One cut by its output limit may: its end says so to the client. */
export function isDeliverable(candidate: Candidate): boolean {
  return keepsFormat(candidate) || candidate.cut;
}
