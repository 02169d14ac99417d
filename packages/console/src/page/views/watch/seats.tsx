import type { VNode } from "preact";
import { lastRound, type RunState } from "../../run/run-state.ts";
import { votesByAuthor } from "../../run/votes.ts";
import { SeatCard } from "./seat-card.tsx";

interface Props {
  readonly state: RunState;
  readonly marks: ReadonlyMap<string, string>;
  readonly heardAt: number;
}

/** All places, in the order of the team. */
export function Seats({ state, marks, heardAt }: Props): VNode {
  const round = lastRound(state);
  const votes = round === undefined || round.voided ? undefined : votesByAuthor(round);
  return (
    <section class="seats" data-seats={Math.min(state.seats.length, 9)} aria-label="Agents">
      {state.seats.map((seat) => (
        <SeatCard
          key={seat.id}
          seat={seat}
          state={state}
          marks={marks}
          voters={votes?.get(seat.id)?.map(({ voter }) => voter) ?? []}
          heardAt={heardAt}
        />
      ))}
    </section>
  );
}
