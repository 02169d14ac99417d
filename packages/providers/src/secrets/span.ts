/** A part of a text: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What replaces a secret. */
export const replacement = "[redacted]";

/** Adds a span to a list of spans that do not overlap, in their order; it ends at or after the last of them. */
export function addSpan(spans: Span[], { start, end }: Span): void {
  let from = start;
  let to = end;
  for (let last = spans.at(-1); last !== undefined && last.end > from; last = spans.at(-1)) {
    from = Math.min(from, last.start);
    to = Math.max(to, last.end);
    spans.pop();
  }
  spans.push({ start: from, end: to });
}

/** A text with `[redacted]` in the place of each span. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let out = "";
  let at = 0;
  for (const { start, end } of spans) {
    out += text.slice(at, start) + replacement;
    at = end;
  }
  return out + text.slice(at);
}
