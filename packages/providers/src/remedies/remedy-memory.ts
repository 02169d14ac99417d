import type { Feature } from "./circumstance.ts";
import type { Remedy } from "./remedy.ts";

/** A remedy, and the requests it is for: those that have all these features. */
export interface Learned {
  readonly remedy: Remedy;
  /** Its lesson's place in the list: remedies work in this order, whichever was learned first. */
  readonly place: number;
  readonly circumstance: readonly Feature[];
}

/** What the refusals of one model taught; shared by all calls of it, and grows. */
export interface RemedyMemory {
  /** The remedies for a request with these features, in their order. */
  readonly for: (features: ReadonlySet<Feature>) => readonly Learned[];
  /** Keeps what helped. */
  readonly keep: (learned: Learned) => void;
  /** Whether a guess was in vain already for a refusal like this, or too often altogether. */
  readonly wasInVain: (guess: string, signature: string) => boolean;
  readonly noteInVain: (guess: string, signature: string) => void;
  /** Whether this very body was refused so before, and nothing helped. */
  readonly isHopeless: (signature: string, digest: string) => boolean;
  readonly noteHopeless: (signature: string, digest: string) => void;
  /** Whether this failure of the service's own came for this very body before; notes it. */
  readonly cameBefore: (signature: string, digest: string) => boolean;
}

/** Limits for what strangers can make a memory hold. */
const mostLearned = 100;
const mostNoted = 1000;
/** In vain so often, a guess is no longer tried. */
const mostInVain = 5;

/** @param known remedies in use from the start */
export function createRemedyMemory(known: readonly Learned[] = []): RemedyMemory {
  let learned: readonly Learned[] = known;
  const vain = new Set<string>();
  const guesses = new Map<string, number>();
  const hopeless = new Set<string>();
  const failed = new Set<string>();

  function note(set: Set<string>, key: string): void {
    const [oldest] = set;
    if (set.size >= mostNoted && oldest !== undefined) set.delete(oldest);
    set.add(key);
  }

  return {
    for: (features) => learned.filter(({ circumstance }) => circumstance.every((feature) => features.has(feature))),
    keep(entry) {
      if (entry.remedy.once) return;
      const covers = (wider: Learned, narrower: Learned): boolean =>
        wider.remedy.name === narrower.remedy.name &&
        wider.circumstance.every((feature) => narrower.circumstance.includes(feature));
      if (learned.some((one) => covers(one, entry))) return;
      const others = learned.filter((one) => !covers(entry, one));
      if (others.length >= mostLearned) return;
      learned = [...others, entry].sort((one, other) => one.place - other.place);
    },
    wasInVain: (guess, signature) => vain.has(keyOf(guess, signature)) || (guesses.get(guess) ?? 0) >= mostInVain,
    noteInVain(guess, signature) {
      note(vain, keyOf(guess, signature));
      guesses.set(guess, (guesses.get(guess) ?? 0) + 1);
    },
    isHopeless: (signature, digest) => hopeless.has(keyOf(signature, digest)),
    noteHopeless: (signature, digest) => note(hopeless, keyOf(signature, digest)),
    cameBefore(signature, digest) {
      const key = keyOf(signature, digest);
      if (failed.has(key)) return true;
      note(failed, key);
      return false;
    },
  };
}

function keyOf(...parts: readonly string[]): string {
  return parts.join(" ");
}
