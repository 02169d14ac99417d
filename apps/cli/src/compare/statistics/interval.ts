import { seededRandom } from "./seeded-random.ts";

/** A 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * Wilson's score interval of a share. It holds for few items and for shares near 0 and 1, where the usual one does not.
 * @param right how many are right; fractions of items count as such
 * @param asked how many items there are; undefined is returned for none
 */
export function wilson(right: number, asked: number): Interval | undefined {
  if (!(asked > 0)) return undefined;
  const share = right / asked;
  const scale = 1 + z ** 2 / asked;
  const middle = share + z ** 2 / (2 * asked);
  const reach = z * Math.sqrt((share * (1 - share)) / asked + z ** 2 / (4 * asked ** 2));
  return { low: clamp((middle - reach) / scale), high: clamp((middle + reach) / scale) };
}

/** Rounding leaves a little below 0 where nothing is right. */
function clamp(share: number): number {
  return Math.abs(share) < 1e-12 ? 0 : Math.min(1, Math.max(0, share));
}

/** Draws of the bootstrap: enough for two digits of an interval. Fewer where there are very many items. */
const mostDraws = 10_000;
const fewestDraws = 1000;
const mostSteps = 20_000_000;

/**
 * The mean of paired differences with its bootstrap interval: items are drawn again with replacement, and the middle
 * 95 % of the means that come of it are the interval. Which item is hard for both sides is thereby accounted for.
 * @param differences one for each item; undefined is returned for none
 * @param seed decides the draws
 */
export function pairedDifference(
  differences: readonly number[],
  seed: string,
): ({ readonly mean: number } & Interval) | undefined {
  const count = differences.length;
  if (count === 0) return undefined;
  const random = seededRandom(seed);
  const draws = Math.min(mostDraws, Math.max(fewestDraws, Math.floor(mostSteps / count)));
  const means = Float64Array.from({ length: draws }, () => {
    let sum = 0;
    for (let at = 0; at < count; at++) sum += differences[Math.floor(random() * count)] ?? 0;
    return sum / count;
  }).toSorted();
  const mean = differences.reduce((sum, one) => sum + one, 0) / count;
  return { mean, low: quantile(means, 0.025) ?? mean, high: quantile(means, 0.975) ?? mean };
}

/**
 * A quantile by nearest rank: a value that occurs, at or below which lies this share of all.
 * @param sorted in ascending order; undefined is returned for none
 */
export function quantile(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
