import type { ErrorBody } from "../problem.ts";

/** The end of every stream. */
export const done = "data: [DONE]\n\n";

/**
 * Says nothing, and keeps proxies from taking silence for a dead connection. No blank line follows: one ends an event, and some clients
 * take an event without data for a broken one (openai-go before 3.1).
 */
export const keepAlive = ": keep-alive\n";

/**
 * One frame. JSON has no raw line feed, so no value can end its frame or start another; the separators that some line readers take
 * for line ends are escaped as well.
 */
export function dataFrame(value: object): string {
  const json = JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `data: ${json}\n\n`;
}

/**
 * The end of a stream that failed, but for the closing `[DONE]`. Most clients know a failure by the frame of data with an `error`; langchain4j, by the
 * event named so: it takes the other for the end of a whole answer. Most clients stop at the first; Vercel's AI SDK passes on both.
 */
export function errorFrames(body: ErrorBody): string {
  const frame = dataFrame(body);
  return `${frame}event: error\n${frame}`;
}
