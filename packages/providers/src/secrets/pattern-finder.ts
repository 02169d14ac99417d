/** What a {@link PatternFinder} has seen so far of one text: 0 before its first character. */
export type FinderState = number;

/** Finds many patterns in a text in one pass, whose cost grows with the text and not with the number of patterns. */
export interface PatternFinder {
  /** Where the first character stands that a pattern begins with; the length of the text when there is none. */
  readonly firstStart: (text: string) => number;
  /** Advances by one character (a UTF-16 code unit). */
  readonly next: (state: FinderState, code: number) => FinderState;
  /** The length of the longest pattern that ends here; 0 for none. */
  readonly matched: (state: FinderState) => number;
  /** How many of the last characters are the beginning of a pattern. */
  readonly pending: (state: FinderState) => number;
}

/**
 * An Aho-Corasick automaton. Its tables take 24 bytes for each character of the patterns; children stand in a list, for
 * nearly every state has one. Each character costs at most two steps on average: fallback steps cannot outnumber
 * forward steps.
 */
export function createPatternFinder(patterns: Iterable<string>): PatternFinder {
  const list = [...new Set(patterns)].filter((pattern) => pattern !== "");
  const size = list.reduce((sum, pattern) => sum + pattern.length, 1);
  const codes = new Uint16Array(size);
  const firstChild = new Int32Array(size);
  const sibling = new Int32Array(size);
  const fallback = new Int32Array(size);
  const depths = new Int32Array(size);
  const lengths = new Int32Array(size);
  const roots = new Int32Array(0x1_0000);
  let states = 1;

  const child = (state: number, code: number): number => {
    if (state === 0) return roots[code] as number;
    let at = firstChild[state] as number;
    while (at !== 0 && codes[at] !== code) at = sibling[at] as number;
    return at;
  };
  for (const pattern of list) {
    let state = 0;
    for (let i = 0; i < pattern.length; i += 1) {
      const code = pattern.charCodeAt(i);
      let at = child(state, code);
      if (at === 0) {
        at = states;
        states += 1;
        codes[at] = code;
        depths[at] = i + 1;
        sibling[at] = firstChild[state] as number;
        firstChild[state] = at;
        if (state === 0) roots[code] = at;
      }
      state = at;
    }
    lengths[state] = pattern.length;
  }

  const next = (state: number, code: number): number => {
    for (let from = state; ; from = fallback[from] as number) {
      const to = child(from, code);
      if (to !== 0 || from === 0) return to;
    }
  };
  // Breadth first: a state's fallback is shorter than the state, and so known before it.
  const queue: number[] = [0];
  for (let i = 0; i < queue.length; i += 1) {
    const state = queue[i] as number;
    for (let at = firstChild[state] as number; at !== 0; at = sibling[at] as number) {
      const back = state === 0 ? 0 : next(fallback[state] as number, codes[at] as number);
      fallback[at] = back;
      lengths[at] ||= lengths[back] as number;
      queue.push(at);
    }
  }
  return {
    firstStart(text) {
      let at = 0;
      while (at < text.length && roots[text.charCodeAt(at)] === 0) at += 1;
      return at;
    },
    next,
    matched: (state) => lengths[state] as number,
    pending: (state) => depths[state] as number,
  };
}
