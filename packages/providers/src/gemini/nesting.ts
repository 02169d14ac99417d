/** The most levels of objects and lists in the arguments and results of tools. */
export const deepestValue = 100;

/**
 * Whether a JSON value has more than {@link deepestValue} levels. Writing one with some thousand overflows the stack.
 */
export function isTooDeep(value: unknown, levels = deepestValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
