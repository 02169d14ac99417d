/** The line of a character of `source`, whichever line breaks it uses. */
export function lineCounter(source: string): (offset: number) => number {
  const starts = [0, ...Array.from(source.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)];
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}
