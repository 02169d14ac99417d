/**
 * Draws that depend only on a seed and a purpose, so that a run can be replayed. FNV-1a hashes the text and
 * MurmurHash3's finaliser spreads it: good enough for shuffling a few answers, not for secrets.
 */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export function draw(seed: string, purpose: string): number {
  return hash(`${seed}\n${purpose}`) / 0x1_0000_0000;
}

/** One of the items. The list must not be empty. */
export function pick<T>(items: readonly T[], seed: string, purpose: string): T {
  return items[Math.floor(draw(seed, purpose) * items.length)] as T;
}

/** The items in a drawn order (Fisher-Yates). */
export function shuffle<T>(items: readonly T[], seed: string, purpose: string): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(draw(seed, `${purpose} ${i}`) * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
