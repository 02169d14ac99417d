import type { Ballot, Round } from "./run-state.ts";

/** A ballot that chooses an answer. */
export type Vote = Extract<Ballot, { readonly kind: "vote" }>;

/** The votes of a round for each author, in the order in which they came. */
export function votesByAuthor({ ballots }: Pick<Round, "ballots">): ReadonlyMap<string, readonly Vote[]> {
  const byAuthor = new Map<string, Vote[]>();
  for (const ballot of ballots) {
    if (ballot.kind !== "vote") continue;
    const votes = byAuthor.get(ballot.choice);
    if (votes === undefined) byAuthor.set(ballot.choice, [ballot]);
    else votes.push(ballot);
  }
  return byAuthor;
}

/** Who has the most votes so far, and how many; several where they are level, none before the first vote. */
export function leaders(round: Pick<Round, "ballots">): { readonly names: readonly string[]; readonly votes: number } {
  const byAuthor = [...votesByAuthor(round)];
  const most = Math.max(0, ...byAuthor.map(([, votes]) => votes.length));
  return { names: byAuthor.filter(([, { length }]) => length === most).map(([name]) => name), votes: most };
}

/** The number of an author's answer, from its candidate's id: 1 for the draft. */
export function versionOf({ candidate, choice }: Pick<Vote, "candidate" | "choice">): number {
  const version = candidate.startsWith(`${choice}@`) ? Number(candidate.slice(choice.length + 1)) : 1;
  return Number.isInteger(version) && version > 0 ? version : 1;
}
