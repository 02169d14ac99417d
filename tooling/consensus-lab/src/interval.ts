/** The quantile of the normal distribution for intervals of 95 %. */
const z = 1.959964;

/** An estimate and the ends of its interval of 95 %. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A share, by Wilson's interval, which holds near 0 and 1 as well. */
export function share(hits: number, of: number): Estimate {
  if (of === 0) return { value: Number.NaN, low: 0, high: 1 };
  const p = hits / of;
  const middle = p + (z * z) / (2 * of);
  const reach = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { value: p, low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

/** The mean of independent values, by the normal distribution: for samples of hundreds. */
export function mean(values: readonly number[]): Estimate {
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (n - 1);
  const reach = n > 1 ? z * Math.sqrt(variance / n) : Number.NaN;
  return { value, low: value - reach, high: value + reach };
}

/** How much larger `a` is than `b` on average, where both were taken of the same questions. */
export function difference(a: readonly number[], b: readonly number[]): Estimate {
  return mean(a.map((each, i) => each - (b[i] as number)));
}

/** Whether the interval lies on one side of 0. */
export function isClear({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}
