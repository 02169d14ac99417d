import type { RunEvent } from "@massgen/core";
import type { Ballot, Round } from "./run-state.ts";

/** The rounds of votes after one more event. */
export function foldRounds(rounds: readonly Round[], event: RunEvent): readonly Round[] {
  switch (event.type) {
    case "round-started": {
      const { round, voters, candidates, atMs } = event;
      return [...rounds, { round, startedAtMs: atMs, voters, candidates, ballots: [], voided: false }];
    }
    case "vote-cast": {
      const { agentId, choice, candidate, reason, position, shown, atMs } = event;
      const vote = { kind: "vote", voter: agentId, choice, candidate, reason, position, shown, atMs } as const;
      return withBallot(rounds, event.round, vote);
    }
    case "answer-revised": {
      const { agentId, candidate, atMs } = event;
      return withBallot(rounds, event.round, { kind: "new-answer", voter: agentId, candidate: candidate.id, atMs });
    }
    case "vote-abstained": {
      const { agentId, problem, atMs } = event;
      return withBallot(rounds, event.round, { kind: "abstained", voter: agentId, why: problem, atMs });
    }
    case "round-voided":
      return rounds.map((round) => (round.round === event.round ? { ...round, voided: true } : round));
    default:
      return rounds;
  }
}

function withBallot(rounds: readonly Round[], number: number, ballot: Ballot): readonly Round[] {
  return rounds.map((round) => (round.round === number ? { ...round, ballots: [...round.ballots, ballot] } : round));
}
