/** The value below which the given part (0 to 1) of the numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
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

/** The straight line that fits best through points `[x, y]`: how much y grows for each x, and that figure's standard error. */
export function slope(points: readonly (readonly [number, number])[]): {
  readonly perX: number;
  readonly error: number;
} {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const perX = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - perX * (x - meanX)) ** 2, 0);
  return { perX, error: Math.sqrt(rest / (points.length - 2) / spread) };
}

/** The means of so many stretches of a row of points, of the same length but for the last. */
export function meansOf(points: readonly (readonly [number, number])[], stretches: number): [number, number][] {
  const length = Math.max(1, Math.ceil(points.length / stretches));
  return Array.from({ length: Math.ceil(points.length / length) }, (_, n) => {
    const stretch = points.slice(n * length, (n + 1) * length);
    const mean = (at: 0 | 1): number => stretch.reduce((sum, point) => sum + point[at], 0) / stretch.length;
    return [mean(0), mean(1)];
  });
}

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
