import type { VNode } from "preact";
import { listOf } from "../../figures/list-of.ts";
import type { Ballot, Round, RunState } from "../../run/run-state.ts";
import { isOut } from "../../run/seat.ts";
import { versionOf, votesByAuthor, type Vote } from "../../run/votes.ts";
import { AgentMark } from "./agent-mark.tsx";

interface Props {
  readonly state: RunState;
  readonly marks: ReadonlyMap<string, string>;
}

/** Who voted for whom, and why: the round that counts in full, those before it in a line each. */
export function VoteList({ state, marks }: Props): VNode | null {
  const { rounds, seats, agreement } = state;
  const last = rounds.at(-1);
  if (last === undefined) {
    if (agreement === undefined)
      return seats.length < 2 || state.stage === "over" ? null : <BeforeTheVote state={state} />;
    return (
      <p class="vote-note">
        {agreement.agentIds.length} of {agreement.of} agents gave the same answer. Nobody had to vote.
      </p>
    );
  }
  return (
    <section class="votes" aria-labelledby="votes">
      <h2 id="votes">Who voted for whom, and why</h2>
      {rounds.slice(0, -1).map((round) => (
        <p key={round.round} class="vote-note">
          Round {round.round} does not count: {voidedBy(round)} wrote a new answer instead of a vote.
        </p>
      ))}
      <RoundList round={last} state={state} marks={marks} />
    </section>
  );
}

function BeforeTheVote({ state }: { state: RunState }): VNode {
  const able = state.seats.filter((seat) => !isOut(seat)).length;
  return (
    <p class="vote-note">
      {able} agents write their answers, each without knowing the others. If the answers differ, they vote: every voter
      sees all of them without names, in an order of its own.
    </p>
  );
}

function voidedBy({ ballots }: Round): string {
  const authors = ballots.filter(({ kind }) => kind === "new-answer").map(({ voter }) => voter);
  return authors.length === 0 ? "somebody" : listOf(authors);
}

function RoundList({ round, state, marks }: Props & { round: Round }): VNode {
  const byAuthor = votesByAuthor(round);
  const authors = state.seats
    .filter(({ id, candidates }) => byAuthor.has(id) || candidates.some((one) => round.candidates.includes(one.id)))
    .toSorted((one, other) => (byAuthor.get(other.id)?.length ?? 0) - (byAuthor.get(one.id)?.length ?? 0));
  const most = Math.max(1, ...[...byAuthor.values()].map(({ length }) => length));
  return (
    <>
      <ol class="tally">
        {authors.map(({ id, place }) => {
          const votes = byAuthor.get(id) ?? [];
          return (
            <li key={id} class="tally-row" data-won={state.decision?.agentId === id ? "" : undefined}>
              <div class="tally-head">
                <AgentMark mark={marks.get(id) ?? ""} place={place} />
                <span class="tally-name">{id}</span>
                <span class="tally-bar" aria-hidden="true">
                  <span data-colour={place % 7} style={{ width: `${(100 * votes.length) / most}%` }} />
                </span>
                <span class="tally-count">
                  {votes.length} <small>{votes.length === 1 ? "vote" : "votes"}</small>
                </span>
              </div>
              {votes.length > 0 && (
                <ul class="slips">
                  {votes.map((vote) => (
                    <Slip key={vote.voter} vote={vote} state={state} marks={marks} />
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
      <ul class="slips slips-apart">
        {round.ballots.flatMap((ballot) =>
          ballot.kind === "vote" ? [] : [<Silent key={ballot.voter} ballot={ballot} state={state} marks={marks} />],
        )}
      </ul>
    </>
  );
}

function Slip({ vote, state, marks }: Props & { vote: Vote }): VNode {
  const version = versionOf(vote);
  return (
    <li class="slip">
      <p class="slip-head">
        <Voter id={vote.voter} state={state} marks={marks} />
        <span class="unseen"> votes for {vote.choice}</span>
        {version > 1 && <span class="slip-version"> for answer {version}</span>}
        <span class="slip-version">
          {" "}
          saw it as answer {vote.position} of {vote.shown}
        </span>
        {vote.voter === vote.choice && <span class="slip-version"> for its own answer</span>}
      </p>
      <p class="slip-reason" dir="auto">
        {vote.reason === "" ? "No reason given." : vote.reason}
      </p>
    </li>
  );
}

function Silent({ ballot, state, marks }: Props & { ballot: Exclude<Ballot, { readonly kind: "vote" }> }): VNode {
  return (
    <li class="slip slip-silent">
      <p class="slip-head">
        <Voter id={ballot.voter} state={state} marks={marks} />
        <span class="slip-version">
          {ballot.kind === "new-answer" ? " wrote a new answer instead of a vote." : ` did not vote: ${ballot.why}`}
        </span>
      </p>
    </li>
  );
}

function Voter({ id, state, marks }: Props & { id: string }): VNode {
  const place = state.seats.find((seat) => seat.id === id)?.place ?? 0;
  return (
    <span class="slip-voter">
      <AgentMark mark={marks.get(id) ?? ""} place={place} small />
      {id}
    </span>
  );
}
