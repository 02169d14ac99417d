import type { Tool, ToolChoice } from "../model/chat-request.ts";

/** A text read in a format: the bare text that keeps it, or the text as it came and what is wrong with it. */
export interface FormattedText {
  readonly text: string;
  readonly violation?: string;
}

/** Reads a text in the client's response format. */
export type FormatReader = (text: string) => FormattedText;

/** What the client's request demands of an answer, whatever a model does. */
export interface AnswerRules {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  /** Ids of the tool calls in the conversation: a new call may not have one of them. */
  readonly takenIds: ReadonlySet<string>;
  /** An id for a call that came without one of its own; the same for the same purpose. */
  readonly newId: (purpose: string) => string;
  /** Absent when any text will do. */
  readonly format?: FormatReader;
}

/** Whether only an answer that calls a tool will do. */
export function demandsCall(choice: ToolChoice | undefined): boolean {
  return choice === "required" || typeof choice === "object";
}
