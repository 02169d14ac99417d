import type { ToolCall } from "../model/message.ts";

/** An answer that may win: a draft or a revision. Revisions do not replace earlier versions, which stay eligible. */
export interface Candidate {
  /** Unique in the run; never shown to a model. */
  readonly id: string;
  readonly agentId: string;
  /** 1 for the draft, 2 for the author's first revision, ... */
  readonly version: number;
  readonly text: string;
  /** The client's tools that this answer calls. */
  readonly toolCalls: readonly ToolCall[];
  /** The model hit its output limit, so the text is incomplete. */
  readonly cut: boolean;
  /** How the text breaks the client's response format; absent when it does not, or when there is none. */
  readonly violation?: string;
}

/** Whether a candidate keeps the client's response format. */
export function keepsFormat({ violation }: Candidate): boolean {
  return violation === undefined;
}

/** The candidates that may win. Those that break the client's format count only when all do. */
export function eligible(candidates: readonly Candidate[]): readonly Candidate[] {
  const kept = candidates.filter(keepsFormat);
  return kept.length > 0 ? kept : candidates;
}

/** Whether a candidate may be delivered as it is. One that its output limit cut may: its finish reason says so. */
export function isDeliverable(candidate: Candidate): boolean {
  return keepsFormat(candidate) || candidate.cut;
}
