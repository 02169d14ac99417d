import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { brief, count, wordsIn } from "../../figures/count.ts";
import { dollars } from "../../figures/dollars.ts";
import { duration } from "../../figures/duration.ts";
import { sumOf, tokensOf } from "../../figures/usage-tokens.ts";
import type { RunState } from "../../run/run-state.ts";
import { isBusy, isOut, type Seat } from "../../run/seat.ts";
import { seatWords } from "../../run/seat-words.ts";
import { AgentMark } from "./agent-mark.tsx";
import { Elapsed } from "./elapsed.tsx";
import { GrowingText } from "./growing-text.tsx";

/** A draft of more words than this is cut where it is not read. */
const longFrom = 90;

interface Props {
  readonly seat: Seat;
  readonly state: RunState;
  readonly marks: ReadonlyMap<string, string>;
  /** Who voted for its answers in the round that counts. */
  readonly voters: readonly string[];
  readonly heardAt: number;
}

/** An agent's place: who it is, what it is doing, what it wrote, and what that took. */
export function SeatCard({ seat, state, marks, voters, heardAt }: Props): VNode {
  const [open, setOpen] = useState(false);
  const over = state.stage === "over";
  const { label, why } = seatWords(seat, over);
  const busy = !over && isBusy(seat);
  const { text, whole } = seat.draft;
  const words = wordsIn(text);
  const isLong = words > longFrom;
  const isCut = isLong && !open;
  const grows = !whole && !over;
  const won = state.decision?.agentId === seat.id;
  const labelId = `seat-${seat.place}`;
  return (
    <article
      class="seat"
      data-agent={seat.id}
      data-doing={seat.doing.kind}
      data-won={won ? "" : undefined}
      data-out={isOut(seat) || (seat.doing.kind === "spared" && text === "") ? "" : undefined}
      aria-labelledby={labelId}
    >
      <header class="seat-head">
        <AgentMark mark={marks.get(seat.id) ?? ""} place={seat.place} />
        <div class="seat-title">
          <h3 id={labelId} title={seat.id}>
            {seat.id}
          </h3>
          <p class="seat-model" title={seat.model}>
            {seat.model}
          </p>
        </div>
        <p class="seat-state" data-busy={busy ? "" : undefined}>
          {won ? "won" : label}
        </p>
      </header>
      {why !== undefined && <p class="seat-why">{why}</p>}
      {seat.gaveUp !== undefined && (
        <p class="seat-why">
          Instead of {seat.gaveUp.model}: {seat.gaveUp.why}
        </p>
      )}
      {text !== "" && (
        <div class="draft" data-cut={isCut ? "" : undefined} data-live={grows ? "" : undefined}>
          <GrowingText text={text} tail={isCut && grows} />
        </div>
      )}
      <ToolCalls seat={seat} />
      {isLong && (
        <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : `Read all ${count(words, "word")}`}
        </button>
      )}
      <footer class="seat-foot">
        <SeatFigures seat={seat} state={state} words={words} heardAt={heardAt} busy={busy} />
        {voters.length > 0 && (
          <p class="seat-votes">
            <span class="unseen">Votes from {voters.join(", ")}</span>
            {voters.map((id) => (
              <AgentMark
                key={id}
                mark={marks.get(id) ?? ""}
                place={state.seats.find((other) => other.id === id)?.place ?? 0}
                small
              />
            ))}
          </p>
        )}
      </footer>
    </article>
  );
}

function ToolCalls({ seat }: { seat: Seat }): VNode | null {
  const calls = seat.candidates.at(-1)?.toolCalls ?? [];
  if (calls.length === 0) return null;
  return (
    <ul class="tool-calls">
      {calls.map(({ id, name, arguments: given }) => (
        <li key={id}>
          <code>
            {name}({given})
          </code>
        </li>
      ))}
    </ul>
  );
}

interface FiguresProps extends Pick<Props, "seat" | "state" | "heardAt"> {
  readonly words: number;
  readonly busy: boolean;
}

function SeatFigures({ seat, state, words, heardAt, busy }: FiguresProps): VNode {
  const receipt = state.result?.receipt.agents.find(({ id }) => id === seat.id);
  const tokens = receipt && sumOf(Object.values(receipt.usage).map(tokensOf));
  const costs = receipt?.costUsd && sumOf(Object.values(receipt.costUsd));
  const took = seat.tookMs ?? receipt?.draftMs;
  return (
    <p class="figures">
      {words > 0 && <span>{count(words, "word")}</span>}
      {busy ? (
        <Elapsed sinceMs={seat.sinceMs} atMs={state.atMs} heardAt={heardAt} />
      ) : (
        took !== undefined && <span>{duration(took)}</span>
      )}
      {tokens !== undefined && <span>{brief(tokens)} tokens</span>}
      {costs !== undefined && <span>{dollars(costs)}</span>}
    </p>
  );
}
