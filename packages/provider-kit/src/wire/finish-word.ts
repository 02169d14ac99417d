import type { FinishReason } from "@massgen/core/model";
import { objectOf, textOf } from "./json-value.ts";

/** What a service's word for the end of an answer means; `unknown` for one that is in no list. */
export type FinishWord = FinishReason | "unknown";

/** The words of all wires, lower case. */
const words: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["eos_token", "stop"],
  ["complete", "stop"],
  ["completed", "stop"],
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["max_output_tokens", "length"],
  ["max_length", "length"],
  ["model_length", "length"],
  ["context_length", "length"],
  ["context_length_exceeded", "length"],
  ["model_context_window_exceeded", "length"],
  ["error_limit", "length"],
  ["token_limit", "length"],
  ["tool_calls", "tool-calls"],
  ["tool_call", "tool-calls"],
  ["function_call", "tool-calls"],
  ["tool_use", "tool-calls"],
  ["content_filter", "content-filter"],
  ["content_filtered", "content-filter"],
  ["guardrail_intervened", "content-filter"],
  ["error_toxic", "content-filter"],
  ["sensitive", "content-filter"],
  ["safety", "content-filter"],
  ["recitation", "content-filter"],
  ["blocklist", "content-filter"],
  ["prohibited_content", "content-filter"],
  ["spii", "content-filter"],
  ["refusal", "content-filter"],
]);

/** Words that mean no reason: null turned into text. They come with every piece. */
const none: ReadonlySet<string> = new Set(["null", "none", "nil", "undefined"]);

/** The longest word that is looked up. */
const longestWord = 100;

/** Patterns for unknown words that plainly mean a cut, so that half an answer does not count as a whole one. */
const limit =
  /^length|max(?:imum)?[_ ]?(?:\w{1,20}[_ ])?(?:tokens?|length)|tokens?[_ ]?limit|limit[_ ]reached|context[_ ](?:window|length)/;
const filter = /content[_ ]?filter|safety|moderation|guardrail|prohibited/;

/** Reads a finish reason; undefined where there is none. */
export function finishWordOf(value: unknown): FinishWord | undefined {
  // As it is in all events but the last one.
  if (value === null || value === undefined) return undefined;
  // Python writes enums with their class.
  const word = (finishText(value) ?? "")
    .slice(0, longestWord)
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[._]/, "");
  if (word === "" || none.has(word)) return undefined;
  return words.get(word) ?? (limit.test(word) ? "length" : filter.test(word) ? "content-filter" : "unknown");
}

/** A finish reason in the service's words. SGLang sends an object with a `type` at times. */
export function finishText(value: unknown): string | undefined {
  return textOf(value) ?? textOf(objectOf(value)?.["type"]);
}

/** What an answer holds besides its reason. */
interface AnswerHolds {
  readonly called: boolean;
  /** Text that is part of the answer. */
  readonly said: boolean;
  /** The wire's own end marker came, or the body ended where that is the marker. */
  readonly marked: boolean;
}

/**
 * Why an answer ended, from the service's word and what it holds. An unknown word ends an answer that is otherwise
 * whole; one that announces calls where there are none ends its text.
 */
export function finishReasonOf(word: FinishWord | undefined, { called, said, marked }: AnswerHolds): FinishReason {
  if (word === "length" || word === "content-filter") return word;
  if (called) return "tool-calls";
  switch (word) {
    case "tool-calls":
      return said ? "stop" : "other";
    case "unknown":
    case undefined:
      return said && marked ? "stop" : "other";
    default:
      return word;
  }
}
