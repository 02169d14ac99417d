const lineFeed = 10;
const carriageReturn = 13;

/**
 * The line of a character of `source`, counted from 1, for any kind of line break. Scans the source once, at the first
 * call.
 */
export function lineCounter(source: string): (offset: number) => number {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(source);
    let low = 0;
    let high = starts.length;
    // The last line that starts at or before the offset lies in [low, high).
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === lineFeed || (code === carriageReturn && source.charCodeAt(at + 1) !== lineFeed)) starts.push(at + 1);
  }
  return starts;
}
