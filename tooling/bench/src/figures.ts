/** The value below which the given part (0 to 1) of the numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/**
 * Student's t for a two-sided interval of 95 %, by degrees of freedom from 1 on; from 30 on the normal distribution's
 * will do.
 */
const students = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045,
];

/**
 * How many times as large the second number of a pair is as the first one: the geometric mean of all pairs, between the
 * ends of its 95 % interval.
 * @param pairs at least two, all numbers above 0
 */
export function ratioInterval(
  pairs: readonly (readonly [number, number])[],
): readonly [low: number, ratio: number, high: number] {
  const logs = pairs.map(([first, second]) => Math.log(second / first));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const half = (students[logs.length - 2] ?? 1.96) * Math.sqrt(variance / logs.length);
  return [Math.exp(mean - half), Math.exp(mean), Math.exp(mean + half)];
}

/** Rows as a table, the first one its head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return rows.map(line).join("\n");
}

/** Milliseconds, to a tenth. */
export function ms(value: number): string {
  return value.toFixed(1);
}

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
