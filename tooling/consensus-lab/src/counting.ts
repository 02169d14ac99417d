import type { Answer } from "./answer.ts";
import { mostCommon } from "./revision.ts";

/**
 * Other ways to come from rankings to a winner. Each returns those in first place; the lot decides among several.
 */
export type Count = (answers: readonly Answer[], rankings: readonly (readonly Answer[])[]) => readonly Answer[];

/** Most first places, as the rules count. */
export const firstPlaces: Count = (answers, rankings) =>
  best(answers, (answer) => rankings.filter(([first]) => first?.id === answer.id).length);

/** A point for every answer that stands behind it, on every ballot. */
export const borda: Count = (answers, rankings) =>
  best(answers, (answer) => {
    const places = rankings.map((ranking) => ranking.findIndex(({ id }) => id === answer.id));
    return places.reduce((sum, place, i) => sum + (place === -1 ? 0 : (rankings[i]?.length ?? 0) - 1 - place), 0);
  });

/** Most victories in pairs, by the majority of those that rank both; half a victory where these are divided. */
export const pairwise: Count = (answers, rankings) => {
  const places = rankings.map((ranking) => new Map(ranking.map(({ id }, place) => [id, place])));
  return best(answers, (one) => {
    let victories = 0;
    for (const other of answers) {
      if (other.id === one.id) continue;
      let lead = 0;
      for (const place of places) {
        const [a, b] = [place.get(one.id), place.get(other.id)];
        if (a !== undefined && b !== undefined) lead += Math.sign(b - a);
      }
      victories += lead > 0 ? 1 : lead === 0 ? 0.5 : 0;
    }
    return victories;
  });
};

/** What most answers say, without any vote: needs answers that can be compared. */
export const majorityOfDrafts: Count = (answers) => {
  const most = mostCommon(answers.map(({ meaning }) => meaning));
  // One answer of each meaning, since the lot is among meanings.
  return most.flatMap((meaning) => answers.find((answer) => answer.meaning === meaning) ?? []);
};

function best(answers: readonly Answer[], score: (answer: Answer) => number): readonly Answer[] {
  const scores = answers.map(score);
  const most = Math.max(...scores);
  return answers.filter((_, i) => scores[i] === most);
}

/** The probability that the lot among these finds a right one. */
export function rightOf(leaders: readonly Answer[]): number {
  return leaders.filter(({ meaning }) => meaning === "right").length / leaders.length;
}
