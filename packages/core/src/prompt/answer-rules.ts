import type { Tool, ToolChoice } from "../model/chat-request.ts";

/** A text checked against a format: the bare text if it fits, or the original text and what is wrong with it. */
export interface FormattedText {
  readonly text: string;
  readonly violation?: string;
}

/** Checks a text against the client's response format. */
export type FormatReader = (text: string) => FormattedText;

/** What the client's request requires of every answer. */
export interface AnswerRules {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  /** Ids of the tool calls in the conversation, which a new call must not reuse. */
  readonly takenIds: ReadonlySet<string>;
  /** Makes an id for a call that has none of its own; always the same for the same purpose. */
  readonly newId: (purpose: string) => string;
  /** Absent when any text will do. */
  readonly format?: FormatReader;
}

/** Whether the answer must call a tool. */
export function demandsCall(choice: ToolChoice | undefined): boolean {
  return choice === "required" || typeof choice === "object";
}
