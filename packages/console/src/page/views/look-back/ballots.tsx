import type { VNode } from "preact";
import type { Ballot, Round, RunState } from "../../run/run-state.ts";
import type { RunAccount } from "../../server/run-item.ts";
import { AgentMark } from "../watch/agent-mark.tsx";

interface Props {
  readonly state: RunState;
  readonly account: RunAccount;
  readonly marks: ReadonlyMap<string, string>;
}

/** Every ballot as its voter saw it: the answers in their order, without names then, and what was made of it. */
export function Ballots({ state, account, marks }: Props): VNode {
  if (state.rounds.length === 0) return <p class="quiet">Nobody voted in this run.</p>;
  return (
    <section class="ballots" data-view="ballots" aria-label="Ballots">
      {state.rounds.map((round) => (
        <section key={round.round} aria-label={`Round ${round.round}`}>
          <h2>
            Round {round.round}
            {round.voided && <span class="quiet"> does not count: a new answer came in</span>}
          </h2>
          <ul class="ballot-papers">
            {round.ballots.map((ballot) => (
              <Paper key={ballot.voter} ballot={ballot} round={round} state={state} account={account} marks={marks} />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function Paper({ ballot, round, state, account, marks }: Props & { ballot: Ballot; round: Round }): VNode {
  const seen = account.ballots?.find((one) => one.round === round.round && one.voter === ballot.voter)?.shown ?? [];
  const voter = state.seats.find(({ id }) => id === ballot.voter);
  return (
    <li class="ballot-paper">
      <h3>
        <AgentMark mark={marks.get(ballot.voter) ?? ""} place={voter?.place ?? 0} small />
        {ballot.voter}
      </h3>
      {seen.length > 0 && (
        <ol aria-label={`Answers as ${ballot.voter} saw them`}>
          {seen.map((id) => {
            const chosen = ballot.kind === "vote" && ballot.candidate === id;
            return (
              <li key={id} data-chosen={chosen ? "" : undefined}>
                {nameOf(state, id)}
                {chosen && <span class="unseen"> (chosen)</span>}
              </li>
            );
          })}
        </ol>
      )}
      <p class={ballot.kind === "vote" ? "slip-reason" : "quiet"} dir="auto">
        {saidBy(ballot)}
      </p>
    </li>
  );
}

function saidBy(ballot: Ballot): string {
  switch (ballot.kind) {
    case "vote":
      return ballot.reason === "" ? "No reason given." : ballot.reason;
    case "new-answer":
      return "Wrote a new answer instead of a vote.";
    case "abstained":
      return `Did not vote: ${ballot.why}`;
  }
}

/** The author of an answer, with its number where that is not the first. */
function nameOf({ seats }: RunState, candidateId: string): string {
  for (const { id, candidates } of seats) {
    const candidate = candidates.find((one) => one.id === candidateId);
    if (candidate !== undefined) return candidate.version === 1 ? id : `${id}, answer ${candidate.version}`;
  }
  return candidateId;
}
