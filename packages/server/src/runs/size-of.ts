/** What a value takes besides its text. */
const perValue = 16;

/**
 * Estimates the memory of a JSON value, in characters. Takes time that grows with the number of values, not with their
 * length.
 */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return perValue + value.length;
  if (typeof value !== "object" || value === null) return perValue;
  let size = perValue;
  if (Array.isArray(value)) for (const entry of value as readonly unknown[]) size += sizeOf(entry);
  else for (const [name, entry] of Object.entries(value)) size += name.length + sizeOf(entry);
  return size;
}
