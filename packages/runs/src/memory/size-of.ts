/** What a value takes besides its text. */
const perValue = 16;

/** The fewest characters of a text that is looked for a second time. */
const shortest = 24;

/**
 * Estimates the memory of a JSON value, in characters. A longer text that stands in it several times is one in memory,
 * and counts once.
 */
export function sizeOf(value: unknown, counted = new Set<string>()): number {
  if (typeof value === "string") {
    if (value.length < shortest) return perValue + value.length;
    if (counted.has(value)) return perValue;
    counted.add(value);
    return perValue + value.length;
  }
  if (typeof value !== "object" || value === null) return perValue;
  let size = perValue;
  if (Array.isArray(value)) for (const entry of value as readonly unknown[]) size += sizeOf(entry, counted);
  else for (const [name, entry] of Object.entries(value)) size += name.length + sizeOf(entry, counted);
  return size;
}
