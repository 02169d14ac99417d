/**
 * Whether a value of the file may be repeated in a message: only one short word. Anything else could be a key in the
 * wrong place, or contain one after a forgotten line break.
 */
export function quotable(value: unknown): value is string {
  if (typeof value !== "string") return false;
  return /^[\w./-]{1,24}$/.test(value) && !/^(sk|xai|gsk|AIza|key)[-_A-Z]/.test(value);
}
