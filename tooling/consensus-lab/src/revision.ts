import type { Answer, Meaning } from "./answer.ts";
import type { Random } from "./random.ts";

/**
 * What a voter writes that answers anew.
 * - `drawn`: takes up what one of the answers says that it has read, its own among them; so debates behave in published
 *   measurements: on average they make answers neither better nor worse
 * - `chosen`: takes up what it would have voted for
 * - `crowd`: takes up what most of the answers say
 * - `better`: as `chosen`, but what would be wrong is put right with a probability of 30 %
 */
export type Revision = "drawn" | "chosen" | "crowd" | "better";

/** What the new answer says. */
export function revisionOf(how: Revision, known: readonly Answer[], best: Answer, random: Random): Meaning {
  switch (how) {
    case "drawn":
      return random.pick(known).meaning;
    case "chosen":
      return best.meaning;
    case "better":
      return random.chance(0.3) ? "right" : best.meaning;
    case "crowd":
      return random.pick(mostCommon(known.map(({ meaning }) => meaning)));
  }
}

/** The most frequent of these; several if they are equally frequent. */
export function mostCommon<T>(items: readonly T[]): readonly T[] {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].flatMap(([item, count]) => (count === most ? [item] : []));
}
