/** Round times for an axis up to `endMs`: at most eight, from 0. In milliseconds. */
export function ticksFor(endMs: number): readonly number[] {
  let step = 100;
  for (let at = 0; endMs / step > 8; at += 1) step *= at % 3 === 1 ? 2.5 : 2;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, at) => at * step);
}
