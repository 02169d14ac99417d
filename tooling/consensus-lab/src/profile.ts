/**
 * A scripted agent. Everything that it does is a draw with known odds.
 *
 * Preferences are probabilities: 0.5 is none, 0.7 means that of two answers that are alike otherwise the preferred one
 * is chosen in 70 % of the cases. Among more answers, and with several preferences, odds multiply (multinomial logit).
 */
export interface Profile {
  /** The probability that its draft is right, averaged over easy and hard questions. */
  readonly skill: number;
  /** How much better than that it is on an easy question, and worse on a hard one. Half of the questions are hard. */
  readonly spread: number;
  /** The probability that a mistake is the one that all agents share. */
  readonly rho: number;
  /** Prefers what is right. */
  readonly eye: number;
  /** Prefers other answers that say what its own draft says. */
  readonly belief: number;
  /**
   * The probability that it judges as all do who judge so: these make the same misjudgements. Otherwise its judgement is
   * its own.
   */
  readonly herd: number;
  /** Prefers its own answer, where it is on its ballot. */
  readonly vanity: number;
  /** Prefers what stands first on its ballot. */
  readonly first: number;
  /** Prefers an answer that is a standard deviation longer than another. */
  readonly long: number;
  /** Others prefer its answer, whatever it says. */
  readonly charm: number;
  /** The probability that a reply to a ballot cannot be used. */
  readonly unusable: number;
  /** The probability that it writes a new answer where it may. */
  readonly revises: number;
}

/**
 * The agent of all experiments, but for what an experiment varies. The values are assumptions: a voter that finds the
 * better of two answers in 70 % of the cases, and that is drawn to its own opinion.
 */
export const ordinary: Profile = {
  skill: 0.7,
  spread: 0.15,
  rho: 0.4,
  eye: 0.7,
  belief: 0.6,
  herd: 0.4,
  vanity: 0.5,
  first: 0.5,
  long: 0.5,
  charm: 0.5,
  unusable: 0,
  revises: 0,
};

/** A team of equal agents, `a`, `b`, and so on, changed by what all of them have in common. */
export function teamOf(size: number, change: Partial<Profile> = {}): ReadonlyMap<string, Profile> {
  return new Map(names.slice(0, size).map((name) => [name, { ...ordinary, ...change }]));
}

const names = ["a", "b", "c", "d", "e", "f", "g"];
