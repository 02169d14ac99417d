import { type Answer, type Meaning, ownMistakes } from "./answer.ts";
import type { Profile } from "./profile.ts";
import { Random } from "./random.ts";

/** A question, and all that is random about its run. */
export interface Question {
  /** Names it: random numbers depend on it. */
  readonly name: string;
  readonly hard: boolean;
}

export function questionOf(experiment: string, n: number): Question {
  const name = `${experiment} ${n}`;
  return { name, hard: new Random(`${name} difficulty`).chance(0.5) };
}

/** What an agent drafts. */
export function draftOf(question: Question, author: string, profile: Profile): Answer {
  const random = new Random(`${question.name} draft ${author}`);
  const p = profile.skill + (question.hard ? -profile.spread : profile.spread);
  const right = random.chance(Math.min(1, Math.max(0, p)));
  const shared = random.chance(profile.rho);
  const own: Meaning = `wrong ${1 + random.below(ownMistakes)}`;
  return { id: author, author, meaning: right ? "right" : shared ? "wrong 0" : own, length: random.normal() };
}
