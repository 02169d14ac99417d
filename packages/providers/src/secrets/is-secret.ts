/** The fewest characters of a secret. Shorter values would blank out ordinary words. */
const leastCharacters = 8;

/** The most characters that are looked for as one. */
const longestPiece = 1024;

/**
 * Whether a configured value is kept out of texts: it has eight characters or more, and is no number, date, version or
 * plain lower-case word.
 */
export function isSecret(value: string): boolean {
  if (value.length < leastCharacters) return false;
  if (/^[a-z]+$/.test(value)) return false;
  return !/^[-+v]?[\d.,_]+(?:e[-+]?\d{1,4})?$/i.test(value) && !/^\d{4}-\d\d-\d\d(?:-preview)?$/.test(value);
}

/** Splits a very long secret, so that little of an answer has to be held back to find it. */
export function piecesOf(secret: string): string[] {
  const count = Math.ceil(secret.length / longestPiece);
  const length = Math.ceil(secret.length / count);
  return Array.from({ length: count }, (_, index) => secret.slice(index * length, (index + 1) * length));
}
