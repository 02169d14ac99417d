import type { FinderState, PatternFinder } from "./pattern-finder.ts";
import { addSpan, replacement, type Span } from "./span.ts";

/** The most characters of a possible secret that are released when an event of another kind comes in between. */
const mostReleased = 3;

/** Takes secrets out of a text that comes in pieces. It holds back only what may be the beginning of a secret. */
export interface AnswerFilter {
  /** Takes the next piece; gives what can go out now. */
  readonly push: (text: string) => string;
  /** Releases a short held text, so that events keep their order. It is still matched together with what follows. */
  readonly release: () => string;
  /** Returns the rest of the text at its end. */
  readonly end: () => string;
}

/** Makes the filter of one text. */
export function createAnswerFilter(finder: PatternFinder): AnswerFilter {
  let state: FinderState = 0;
  let held = "";
  let spans: Span[] = [];
  // Whether the first span was replaced already, and only the rest of it has to be dropped.
  let begun = false;

  /** Releases the text before `limit`. */
  const take = (text: string, limit: number): string => {
    if (spans.length === 0) {
      held = text.slice(limit);
      return limit === text.length ? text : text.slice(0, limit);
    }
    let out = "";
    let at = 0;
    const rest: Span[] = [];
    let cut = false;
    for (const [index, { start, end }] of spans.entries()) {
      const replaced = begun && index === 0;
      if (start >= limit && !replaced) {
        rest.push({ start: start - limit, end: end - limit });
        continue;
      }
      out += text.slice(at, start) + (replaced ? "" : replacement);
      at = Math.min(end, limit);
      if (end <= limit) continue;
      cut = true;
      rest.push({ start: 0, end: end - limit });
    }
    begun = cut;
    out += text.slice(at, limit);
    held = text.slice(limit);
    spans = rest;
    return out;
  };

  return {
    push(text) {
      // Outside of a secret nothing is held, and most pieces have no character that begins one.
      const start = state === 0 ? finder.firstStart(text) : 0;
      if (start === text.length) return text;
      const before = held.length;
      for (let i = start; i < text.length; i += 1) {
        state = finder.next(state, text.charCodeAt(i));
        const length = finder.matched(state);
        const end = before + i + 1;
        if (length > 0) addSpan(spans, { start: Math.max(0, end - length), end });
      }
      const all = before === 0 ? text : held + text;
      return take(all, Math.max(0, all.length - finder.pending(state)));
    },
    // Counts what was released before of the same beginning: a secret may come piece by piece, an event between each.
    release: () => (held === "" || finder.pending(state) > mostReleased ? "" : take(held, held.length)),
    end() {
      state = 0;
      return take(held, held.length);
    },
  };
}
