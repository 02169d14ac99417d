import type { RunEvent } from "@massgen/core";
import type { Board, Votes } from "./board.ts";

/** The board with the votes after a further event. */
export function foldVotes(board: Board, event: RunEvent): Board {
  if (event.type === "round-started") {
    const { round, voters, candidates } = event;
    // A candidate's id is its author's, with a number if it is a revision.
    const wrote = new Set(candidates.map((candidate) => candidate.split("@", 1)[0]));
    const authors = board.seats.flatMap(({ id }) => (wrote.has(id) ? [id] : []));
    const tally = new Map(authors.map((author) => [author, 0]));
    return { ...board, votes: { round, voters, tally, done: new Set() } };
  }
  const { votes } = board;
  if (votes !== undefined && event.type === "others-called" && event.phase === "ballot") {
    return { ...board, votes: { ...votes, voters: [...votes.voters, ...event.agentIds] } };
  }
  if (votes !== undefined && event.type === "winner-selected") {
    return { ...board, votes: { ...votes, done: new Set(votes.voters) } };
  }
  if (votes === undefined || !("agentId" in event) || !votes.voters.includes(event.agentId)) return board;
  switch (event.type) {
    case "vote-cast":
      return { ...board, votes: counted(done(votes, event.agentId), event.choice) };
    case "vote-abstained":
    case "answer-revised":
      return { ...board, votes: done(votes, event.agentId) };
    case "agent-failed":
    case "agent-dropped":
    case "agent-spared":
      return event.type === "agent-dropped" || event.phase === "ballot"
        ? { ...board, votes: done(votes, event.agentId) }
        : board;
    default:
      return board;
  }
}

function done(votes: Votes, voter: string): Votes {
  return { ...votes, done: new Set(votes.done).add(voter) };
}

function counted(votes: Votes, author: string): Votes {
  return { ...votes, tally: new Map(votes.tally).set(author, (votes.tally.get(author) ?? 0) + 1) };
}
