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
}
