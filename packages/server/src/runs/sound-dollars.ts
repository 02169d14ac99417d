/** More than any run costs. */
const unbelievable = 1_000_000_000;

/**
 * To a trillionth of a dollar, so that sums of many runs stay exact, and without what adding binary fractions leaves
 * behind. A host's own engine may report anything.
 */
export function soundDollars(usd: number | undefined): number | null {
  return typeof usd === "number" && usd >= 0 && usd < unbelievable ? Math.round(usd * 1e12) / 1e12 : null;
}
