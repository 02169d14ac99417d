import { createAnswerFilter, type AnswerFilter } from "./secrets/answer-filter.ts";
import { decodedText, type DecodedText } from "./secrets/decoded-text.ts";
import { isSecret, piecesOf } from "./secrets/is-secret.ts";
import { maskedSpans } from "./secrets/masked-keys.ts";
import { createPatternFinder, type PatternFinder } from "./secrets/pattern-finder.ts";
import { foldedCode, nearlyWhole, spellingsOf } from "./secrets/spellings.ts";
import { addSpan, withoutSpans, type Span } from "./secrets/span.ts";

/**
 * Knows secrets and keeps them out of texts. Its time grows with the length of the text, not with the number of
 * secrets.
 */
export interface Redactor {
  /** Adds secrets. Values that {@link isSecret} does not take for secrets are left out. */
  readonly add: (...values: readonly string[]) => void;
  /**
   * Adds configured names that are not secret: models, types, ids. Only what an operator wrote, never what a client
   * sent.
   */
  readonly know: (names: Iterable<string>) => void;
  /** Forgets the secrets that were last added at least this many milliseconds ago. */
  readonly forget: (olderThanMs: number) => void;
  /**
   * Replaces every secret, in whatever spelling (see `decodedText`, `spellingsOf`), and whatever looks like a key, by
   * `[redacted]`. At the end of the text also eight or more characters that a secret begins with, because the text may
   * have been cut.
   */
  readonly redact: (text: string) => string;
  /** Replaces every secret, but not what only looks like a key: for texts in which people may speak about keys. */
  readonly redactKnown: (text: string) => string;
  /**
   * Makes a filter for one text of an answer: it replaces secrets in their plain spelling. Undefined while there is no
   * secret.
   */
  readonly answerFilter: () => AnswerFilter | undefined;
}

const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s{1,8}[^\s"',;]+/gi, "Bearer [redacted]"],
  [/((?:\b|_)key["']?\s{0,8}=\s{0,8}["']?)[^\s"'&,;]+/gi, "$1[redacted]"],
  // But not our own words about the setting: `api_key: the variable K is not set`.
  [/(\b(?:x-)?(?:goog-)?api[-_ ]?key["']?\s{0,8}:\s{0,8}["']?)(?!(?:the|must) )[^\s"'&,;]+/gi, "$1[redacted]"],
  // Providers echo wrong keys with the middle starred out: what is left is still part of a key.
  [/\bsk-[\w*.-]{3,}/g, "[redacted]"],
  [/\b(?:gsk_|xai-|pplx-|nvapi-|csk-)[\w*.-]{8,}/g, "[redacted]"],
  [/\bAIza[\w*-]{3,}/g, "[redacted]"],
];

/** How many times a text may have been encoded. */
const mostLayers = 3;

/** The fewest characters of a secret's beginning that are removed from the end of a text. */
const leastBeginning = 8;

/** The beginning of an escape, where a text was cut. */
const cutEscape = /[%&\\][\w#{]{0,9}$/;

/** Short texts, such as names of models, come again and again: what became of so many of them is remembered. */
const mostRemembered = 1000;
const longestRemembered = 64;

interface Finders {
  readonly secrets: readonly string[];
  readonly spelled: PatternFinder;
  readonly asIs: PatternFinder;
  /** Short texts that these secrets were looked for in, and what became of them. */
  readonly remembered: Map<string, string>;
}

/** Makes a redactor. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const addedAt = new Map<string, number>();
  const names = new Set<string>();
  let finders: Finders | undefined;

  function add(...values: readonly string[]): void {
    for (const value of values.map((text) => text.trim()).filter(isSecret)) {
      if (!addedAt.has(value)) finders = undefined;
      addedAt.set(value, performance.now());
    }
  }
  add(...secrets);

  function current(): Finders {
    if (finders !== undefined) return finders;
    const known = [...addedAt.keys()].filter((secret) => !names.has(secret.toLowerCase())).flatMap(piecesOf);
    finders = {
      secrets: known,
      spelled: createPatternFinder(known.flatMap((secret) => [...spellingsOf(secret), ...nearlyWhole(secret)])),
      asIs: createPatternFinder(known.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])),
      remembered: new Map(),
    };
    return finders;
  }

  function redactKnown(text: string): string {
    const { secrets: known, remembered } = current();
    if (known.length === 0 || text.length < leastBeginning) return text;
    if (text.length > longestRemembered) return withoutSecrets(text);
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const bare = withoutSecrets(text);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(text, bare);
    return bare;
  }

  function withoutSecrets(text: string): string {
    const { secrets: known, spelled } = current();
    const readings: (readonly Span[])[] = [maskedSpans(text, known)];
    let layer: DecodedText | undefined = { text };
    for (let depth = 0; layer !== undefined && depth <= mostLayers; depth += 1) {
      readings.push(spansIn(layer, spelled));
      layer = decodedAgain(layer);
    }
    const found = readings.flat();
    if (found.length === 0) return text;
    const spans: Span[] = [];
    for (const span of found.sort((a, b) => a.end - b.end)) addSpan(spans, span);
    return withoutSpans(text, spans);
  }

  return {
    add,
    know(known) {
      for (const name of known) names.add(name.toLowerCase());
      finders = undefined;
    },
    forget(olderThanMs) {
      const before = performance.now() - olderThanMs;
      for (const [secret, at] of addedAt) if (at <= before) addedAt.delete(secret);
      finders = undefined;
    },
    redactKnown,
    redact: (text) => shapes.reduce((rest, [shape, shown]) => rest.replace(shape, shown), redactKnown(text)),
    answerFilter() {
      const { secrets: known, asIs } = current();
      return known.length === 0 ? undefined : createAnswerFilter(asIs);
    },
  };
}

/** Finds the secrets in one decoding of a text, and gives their positions in the text itself. */
function spansIn({ text, places }: DecodedText, finder: PatternFinder): Span[] {
  const spans: Span[] = [];
  const span = (first: number, last: number): Span =>
    places === undefined
      ? { start: first, end: last + 1 }
      : { start: places.starts[first] as number, end: places.ends[last] as number };
  const wholeEnd = text.length - (cutEscape.exec(text.slice(-10))?.[0].length ?? 0);
  let state = 0;
  let beginning = 0;
  for (let i = 0; i < text.length; i += 1) {
    state = finder.next(state, foldedCode(text.charCodeAt(i)));
    const length = finder.matched(state);
    if (length > 0) addSpan(spans, span(i - length + 1, i));
    if (i + 1 === wholeEnd) beginning = finder.pending(state) + text.length - wholeEnd;
  }
  beginning = Math.max(beginning, finder.pending(state));
  if (beginning >= leastBeginning + text.length - wholeEnd) {
    addSpan(spans, span(text.length - beginning, text.length - 1));
  }
  return spans;
}

/** Decodes the escapes that are left, or that decoding others has produced. */
function decodedAgain({ text, places }: DecodedText): DecodedText | undefined {
  const decoded = decodedText(text);
  if (decoded?.places === undefined || places === undefined) return decoded;
  const { starts, ends } = decoded.places;
  for (let i = 0; i < decoded.text.length; i += 1) {
    starts[i] = places.starts[starts[i] ?? 0] ?? 0;
    ends[i] = places.ends[(ends[i] ?? 0) - 1] ?? 0;
  }
  return decoded;
}
