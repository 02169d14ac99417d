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
  /** Everyone at the top: more than one means a tie, and with no ballot at all it is every candidate. */
  readonly leaders: readonly string[];
  readonly cast: number;
}

/** Counts ballots. `order` names all candidates and breaks ties of rank (not of victory). */
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

/** Whether no way of casting the outstanding ballots can catch up with the leader, not even to a tie. */
export function isSettled(result: Tally, outstanding: number): boolean {
  const [first, second] = result.ranking;
  return first !== undefined && first.votes - (second?.votes ?? 0) > outstanding;
}
