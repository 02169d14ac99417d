import type { Frame } from "./wire.ts";

/** The end of a stream, where a wire has one. */
export const done: Frame = "data: [DONE]\n\n";

/**
 * Says nothing, and keeps proxies from taking silence for a dead connection. No blank line follows: one ends an event,
 * and some clients take an event without data for a broken one (openai-go before 3.1).
 */
export const keepAlive: Frame = ": keep-alive\n";

/**
 * One frame. JSON has no raw line feed, so no value can end its frame or start another; the separators that some line
 * readers take for line ends are escaped as well.
 */
export function dataFrame(value: object): Frame {
  const json = JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `data: ${json}\n\n`;
}

/** As {@link dataFrame}, with a name. */
export function eventFrame(name: string, value: object): Frame {
  return `event: ${name}\n${dataFrame(value)}`;
}
