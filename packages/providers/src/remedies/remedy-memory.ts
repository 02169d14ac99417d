import type { Feature } from "./circumstance.ts";
import type { Remedy } from "./remedy.ts";

/** A remedy, and the requests it is for: those that have all these features. */
export interface Learned {
  readonly remedy: Remedy;
  /** Its lesson's index in the list. Remedies are applied in this order. */
  readonly place: number;
  readonly circumstance: readonly Feature[];
  /** True: it solved a problem, but no request was accepted with it yet. */
  readonly unproven?: boolean;
}

/** What the refusals of one model taught; shared by all calls of it, and grows. */
export interface RemedyMemory {
  /** The remedies for a request with these features, in their order. */
  readonly for: (features: ReadonlySet<Feature>) => readonly Learned[];
  /** Remembers what helped a request with these features. */
  readonly keep: (learned: Learned, features: ReadonlySet<Feature>) => void;
  /**
   * Disables remedies for requests with exactly these features: one was accepted without them, and refused with them.
   */
  readonly exempt: (names: readonly string[], features: ReadonlySet<Feature>) => void;
  /**
   * Remedies that helped once against a refusal that did not ask for them. The refusal might not have come again
   * anyway. A remedy is proven when the request is refused again without it and accepted with it.
   */
  readonly suspects: () => readonly Suspect[];
  readonly suspect: (suspect: Suspect) => void;
  /** Removes a suspect that was proven or disproved. */
  readonly dismiss: (name: string) => void;
  /** Notes that a request with these features was accepted with the fields of the lessons at these places. */
  readonly noteTaken: (places: readonly number[], features: ReadonlySet<Feature>) => void;
  /** Whether such a request had the features of a circumstance. */
  readonly wasTaken: (place: number, circumstance: readonly Feature[]) => boolean;
  /** Whether a guess did not help against a refusal like this, or failed too often altogether. */
  readonly wasInVain: (guess: string, signature: string) => boolean;
  readonly noteInVain: (guess: string, signature: string) => void;
  /** Whether a body of this kind was refused so before, and nothing helped. */
  readonly isHopeless: (signature: string, kind: string) => boolean;
  readonly noteHopeless: (signature: string, kind: string) => void;
  /** Something helped against this refusal: it is hopeless for no body. */
  readonly noteMended: (signature: string) => void;
  /** Whether the service failed this way for a body of this kind before. Notes this failure. */
  readonly cameBefore: (signature: string, kind: string) => boolean;
}

/** A remedy that may have helped, and what it seemed to help against. */
interface Suspect extends Learned {
  readonly signature: string;
}

/** What requests with the same features, but for their schemas, were accepted with. */
interface Taken {
  /** Those of the last one. */
  features: ReadonlySet<Feature>;
  readonly places: Set<number>;
}

/** Limits for what strangers can make a memory hold. */
const mostLearned = 100;
const mostNoted = 1000;
/** After this many failures a guess is no longer tried. */
const mostInVain = 5;

/** @param known remedies in use from the start */
export function createRemedyMemory(known: readonly Learned[] = []): RemedyMemory {
  let learned: readonly Learned[] = known;
  let suspects: readonly Suspect[] = [];
  const exempted = new Set<string>();
  const taken = new Map<string, Taken>();
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
    for: (features) =>
      learned.filter(
        ({ remedy, circumstance }) =>
          circumstance.every((feature) => features.has(feature)) &&
          (exempted.size === 0 || !exempted.has(keyOf(remedy.name, ...featureNames(features)))),
      ),
    keep(entry, features) {
      if (entry.remedy.once) return;
      exempted.delete(keyOf(entry.remedy.name, ...featureNames(features)));
      const covers = (wider: Learned, narrower: Learned): boolean =>
        wider.remedy.name === narrower.remedy.name &&
        (!wider.unproven || narrower.unproven === true) &&
        wider.circumstance.every((feature) => narrower.circumstance.includes(feature));
      if (learned.some((one) => covers(one, entry))) return;
      const others = learned.filter((one) => !covers(entry, one));
      if (others.length >= mostLearned) return;
      learned = [...others, entry].sort((one, other) => one.place - other.place);
    },
    exempt(names, features) {
      for (const name of names) note(exempted, keyOf(name, ...featureNames(features)));
    },
    suspects: () => suspects,
    suspect(suspect) {
      if (suspect.remedy.once || suspects.length >= mostLearned) return;
      suspects = [...suspects.filter(({ remedy }) => remedy.name !== suspect.remedy.name), suspect];
    },
    dismiss(name) {
      suspects = suspects.filter(({ remedy }) => remedy.name !== name);
    },
    noteTaken(places, features) {
      if (places.length === 0) return;
      const key = keyOf(...featureNames(features));
      const known = taken.get(key);
      if (known === undefined) {
        if (taken.size < mostNoted) taken.set(key, { features, places: new Set(places) });
        return;
      }
      known.features = features;
      for (const place of places) known.places.add(place);
    },
    wasTaken: (place, circumstance) =>
      [...taken.values()].some(
        ({ features, places }) => places.has(place) && circumstance.every((feature) => features.has(feature)),
      ),
    wasInVain: (guess, signature) => vain.has(keyOf(guess, signature)) || (guesses.get(guess) ?? 0) >= mostInVain,
    noteInVain(guess, signature) {
      note(vain, keyOf(guess, signature));
      guesses.set(guess, (guesses.get(guess) ?? 0) + 1);
    },
    isHopeless: (signature, kind) => hopeless.has(keyOf(signature, kind)),
    noteHopeless: (signature, kind) => note(hopeless, keyOf(signature, kind)),
    noteMended(signature) {
      for (const key of hopeless) if (key.startsWith(keyOf(signature, ""))) hopeless.delete(key);
    },
    cameBefore(signature, kind) {
      const key = keyOf(signature, kind);
      if (failed.has(key)) return true;
      note(failed, key);
      return false;
    },
  };
}

/** Without schemas, of which there are too many. */
function featureNames(features: ReadonlySet<Feature>): readonly string[] {
  return [...features].filter((feature) => !feature.startsWith("schema ")).sort();
}

function keyOf(...parts: readonly string[]): string {
  return parts.join(" ");
}
