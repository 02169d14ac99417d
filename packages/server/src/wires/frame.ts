import type { Frame } from "./wire.ts";

/** The end of a stream, on wires that have one. */
export const done: Frame = "data: [DONE]\n\n";

/**
 * A comment that keeps proxies from taking silence for a dead connection. No blank line follows: it would end an event,
 * and some clients reject an event without data (openai-go before 3.1).
 */
export const keepAlive: Frame = ": keep-alive\n";

const separators = /[\u0085\u2028\u2029]/g;

/**
 * One frame. JSON contains no raw line feed, so a value can neither end its frame nor start another one. Separators
 * that some line readers treat as line ends are escaped too.
 */
export function dataFrame(value: object): Frame {
  return `data: ${lineOf(value)}\n\n`;
}

/** JSON on one line, whatever a reader takes for a line end. */
export function lineOf(value: object): string {
  const json = JSON.stringify(value);
  // Most have none, and a search costs less than a replacement that finds nothing.
  return json.search(separators) < 0 ? json : json.replace(separators, escaped);
}

function escaped(separator: string): string {
  return `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Like {@link dataFrame}, with an event name. */
export function eventFrame(name: string, value: object): Frame {
  return `event: ${name}\n${dataFrame(value)}`;
}

/**
 * A failure in a stream of chat or text completions. Most clients recognise it by a data frame with an `error`.
 * langchain4j needs an event named `error`, and takes the other one for the end of a complete answer. Most clients stop
 * at the first frame; Vercel's AI SDK passes on both.
 */
export function failureFrames(body: object): readonly Frame[] {
  return [dataFrame(body), eventFrame("error", body)];
}
