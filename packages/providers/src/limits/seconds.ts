/** A time in a message, to the millisecond below 10 s. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 3 : 1))} s`;
}
