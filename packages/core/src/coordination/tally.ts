/** A ballot that counts. */
export interface CountedBallot {
  readonly voter: string;
  readonly candidate: string;
  /** One line, with the voter's own labels. */
  readonly reason: string;
}

/** Votes per candidate, most first; candidates without a vote come last, in the order given. */
export interface Tally {
  readonly ranking: readonly { readonly candidate: string; readonly votes: number }[];
  /** The candidates in first place: several in a tie, all of them without a ballot. */
  readonly leaders: readonly string[];
  readonly cast: number;
}

/**
 * Counts ballots. `order` lists all candidates and orders equal ones in the ranking; it never decides a tie for first
 * place.
 */
export function tally(order: readonly string[], ballots: readonly CountedBallot[]): Tally {
  const votes = new Map(order.map((candidate) => [candidate, 0]));
  for (const { candidate } of ballots) votes.set(candidate, (votes.get(candidate) ?? 0) + 1);
  const ranking = [...votes]
    .map(([candidate, count]) => ({ candidate, votes: count }))
    .sort((a, b) => b.votes - a.votes);
  const top = ranking[0]?.votes ?? 0;
  return {
    ranking,
    leaders: ranking.filter((entry) => entry.votes === top).map((entry) => entry.candidate),
    cast: ballots.length,
  };
}

/** Whether the ballots that are coming can still settle the result, so that the others need not be asked. */
export function maySettle({ ranking: [first, second] }: Tally, coming: number, others: number): boolean {
  return first !== undefined && first.votes + coming - (second?.votes ?? 0) > others;
}

/** Whether the outstanding ballots can neither beat nor tie the leader. */
export function isSettled(result: Tally, outstanding: number): boolean {
  const [first, second] = result.ranking;
  return first !== undefined && first.votes - (second?.votes ?? 0) > outstanding;
}
