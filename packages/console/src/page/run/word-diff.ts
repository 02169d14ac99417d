/** A stretch of text, and whether the other text has it too. */
export interface Stretch {
  readonly text: string;
  readonly common: boolean;
}

/** Comparisons that a pair of texts may take: more take too long and too much memory. */
const mostCells = 9_000_000;

/**
 * Two texts in stretches that both have and that only one has: by words; by sentences where the texts are too long for
 * that; not at all where they are longer still.
 */
export function wordDiff(one: string, other: string): readonly [readonly Stretch[], readonly Stretch[]] {
  for (const pieces of [wordsOf, sentencesOf]) {
    const [ones, others] = [pieces(one), pieces(other)];
    if (ones.length * others.length <= mostCells) return compared(ones, others);
  }
  return [[{ text: one, common: false }], [{ text: other, common: false }]];
}

/** Each word with the blanks behind it. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function sentencesOf(text: string): readonly string[] {
  return text.match(/[^.!?\n]+[.!?\n]*\s*|[.!?\n]+\s*/g) ?? [];
}

function compared(
  ones: readonly string[],
  others: readonly string[],
): readonly [readonly Stretch[], readonly Stretch[]] {
  const inOne = Array.from(ones, () => false);
  const inOther = Array.from(others, () => false);
  const lengths = commonLengths(ones, others);
  const width = others.length + 1;
  let [a, b] = [0, 0];
  while (a < ones.length && b < others.length) {
    if (same(ones[a], others[b])) {
      inOne[a++] = true;
      inOther[b++] = true;
    } else if ((lengths[(a + 1) * width + b] ?? 0) >= (lengths[a * width + b + 1] ?? 0)) a += 1;
    else b += 1;
  }
  return [joined(ones, inOne), joined(others, inOther)];
}

/** For each pair of places, how many pieces the rest of both texts has in common, in order. */
function commonLengths(ones: readonly string[], others: readonly string[]): Uint16Array {
  const width = others.length + 1;
  const lengths = new Uint16Array((ones.length + 1) * width);
  for (let a = ones.length - 1; a >= 0; a -= 1) {
    for (let b = others.length - 1; b >= 0; b -= 1) {
      lengths[a * width + b] = same(ones[a], others[b])
        ? (lengths[(a + 1) * width + b + 1] ?? 0) + 1
        : Math.max(lengths[(a + 1) * width + b] ?? 0, lengths[a * width + b + 1] ?? 0);
    }
  }
  return lengths;
}

function same(one: string | undefined, other: string | undefined): boolean {
  return one === other || one?.trimEnd() === other?.trimEnd();
}

function joined(pieces: readonly string[], common: readonly boolean[]): readonly Stretch[] {
  const stretches: { text: string; common: boolean }[] = [];
  for (const [at, text] of pieces.entries()) {
    const last = stretches.at(-1);
    if (last !== undefined && last.common === common[at]) last.text += text;
    else stretches.push({ text, common: common[at] === true });
  }
  return stretches;
}
