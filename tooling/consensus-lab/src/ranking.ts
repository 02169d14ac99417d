import type { Answer } from "./answer.ts";
import type { Profile } from "./profile.ts";
import type { Question } from "./question.ts";
import { Random } from "./random.ts";

/** An answer as it stands on somebody's ballot. */
export interface Listed<T extends Answer = Answer> {
  readonly answer: T;
  /** From 0, as the reader sees it. */
  readonly position: number;
}

/** The utility that makes one of two answers preferred with this probability. */
function utility(preference: number): number {
  return Math.log(preference / (1 - preference));
}

/** A voter, and its own answer, if it has one. */
export interface Voter {
  readonly name: string;
  readonly profile: Profile;
  readonly own?: Answer;
}

/**
 * A voter's ranking of what is on its ballot, best first. Its vote is the first of it.
 *
 * What a voter thinks of an answer does not depend on who else is on the ballot, or in which order the answers come:
 * arms that differ by these see the same opinions.
 * @param charms how persuasive each author is
 * @param occasion the round
 */
export function rank<T extends Answer>(
  question: Question,
  voter: Voter,
  listed: readonly Listed<T>[],
  charms: (author: string) => number,
  occasion: string,
): readonly T[] {
  const { profile, own, name } = voter;
  const shared = new Random(`${question.name} ${occasion} ${name} herd`).chance(profile.herd);
  // What all misjudge, they misjudge on every occasion.
  const judging = `${question.name} ${shared ? "all" : `${occasion} ${name}`}`;
  const scored = listed.map(({ answer, position }) => {
    const noise = new Random(`${judging} of ${answer.id}`).gumbel();
    const score =
      noise +
      (answer.meaning === "right" ? utility(profile.eye) : 0) +
      (answer.meaning === own?.meaning && answer.author !== name ? utility(profile.belief) : 0) +
      (answer.author === name ? utility(profile.vanity) : utility(charms(answer.author))) +
      (position === 0 ? utility(profile.first) : 0) +
      answer.length * utility(profile.long);
    return { answer, score };
  });
  return scored.toSorted((a, b) => b.score - a.score).map(({ answer }) => answer);
}
