import type { Cell } from "./fault-matrix-cell.ts";

/** How a vote decides. */
export type VotedOutcome = "unanimous" | "majority" | "plurality" | "tied";

/** Votes for every author. With three authors or more nobody votes for itself. */
export function votesOf(
  { favourites }: Cell,
  voters: readonly string[],
  authors: readonly string[],
): ReadonlyMap<string, number> {
  const votes = new Map(authors.map((id) => [id, 0]));
  for (const voter of voters) {
    const open = authors.filter((id) => authors.length < 3 || id !== voter);
    const choice = favourites.find((id) => open.includes(id));
    if (choice !== undefined) votes.set(choice, (votes.get(choice) ?? 0) + 1);
  }
  return votes;
}

/** How so many votes decide. */
export function outcomeOf(votes: ReadonlyMap<string, number>, cast: number): VotedOutcome {
  const counts = [...votes.values()];
  const top = Math.max(...counts);
  if (counts.filter((count) => count === top).length > 1) return "tied";
  if (top === cast) return "unanimous";
  return top * 2 > cast ? "majority" : "plurality";
}

/** Who has most votes: everybody, if nobody has one. */
export function leadersOf(votes: ReadonlyMap<string, number>): readonly string[] {
  const top = Math.max(...votes.values());
  return [...votes].filter(([, count]) => count === top).map(([id]) => id);
}
