import type { ComponentChildren, VNode } from "preact";
import { degradedWords } from "../../run/decision-words.ts";
import type { RunState } from "../../run/run-state.ts";
import { statusWords } from "../../run/status-words.ts";
import { AnswerSheet } from "./answer-sheet.tsx";
import { RunFacts } from "./run-facts.tsx";
import { Seats } from "./seats.tsx";
import { StageLine } from "./stage-line.tsx";
import { TablePicture } from "./table-picture.tsx";
import { VoteList } from "./vote-list.tsx";

interface Props {
  readonly state: RunState;
  readonly heardAt: number;
  /** Why nothing comes at present. */
  readonly trouble?: string | undefined;
  /** What can be done to the run. */
  readonly actions?: ComponentChildren;
}

/** What is going on, in words and figures. */
export function StatusBar({ state, heardAt, trouble, actions }: Props): VNode {
  const reasons = state.result?.receipt.reasons ?? [];
  return (
    <div class="status-bar">
      <div class="status-words">
        <StageLine state={state} />
        <p class="status" role="status">
          {statusWords(state)}
        </p>
        {reasons.length > 0 && (
          <p class="degraded">Less than was asked for: {reasons.map(degradedWords).join("; ")}.</p>
        )}
        {trouble !== undefined && <p class="trouble">{trouble} Trying again.</p>}
      </div>
      <RunFacts state={state} heardAt={heardAt} />
      {actions}
    </div>
  );
}

interface RoomProps extends Pick<Props, "state" | "heardAt"> {
  readonly marks: ReadonlyMap<string, string>;
}

/** A run as a table with seats, from its first event to its last. */
export function WatchRoom({ state, marks, heardAt }: RoomProps): VNode {
  const alone = state.seats.length < 2;
  return (
    <div class={alone ? "room room-alone" : "room"} data-view="table">
      <AnswerSheet state={state} />
      {!alone && (
        <aside class="vote-side" aria-label="The table">
          <TablePicture state={state} marks={marks} />
          <VoteList state={state} marks={marks} />
          {state.turns.length > 0 && (
            <ul class="turns">
              {state.turns.map(({ atMs, text }) => (
                <li key={`${atMs} ${text}`}>{text}</li>
              ))}
            </ul>
          )}
        </aside>
      )}
      <Seats state={state} marks={marks} heardAt={heardAt} />
    </div>
  );
}
