/** The end of every stream. */
export const done = "data: [DONE]\n\n";

/** Says nothing, and keeps proxies from taking silence for a dead connection. */
export const keepAlive = ": keep-alive\n\n";

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
