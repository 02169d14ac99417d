import type { VNode } from "preact";
import { lastRound, type RunState } from "../../run/run-state.ts";
import { isBusy, isOut, type Seat } from "../../run/seat.ts";
import { colours } from "./agent-mark.tsx";
import { ballotPath, discRadius, frameOf, type Point, seatPoints, table } from "./table-geometry.ts";

/** A ballot flies if it was cast this short a time ago, in milliseconds of the run; older ones lie there. */
const newFor = 1500;

interface Props {
  readonly state: RunState;
  readonly marks: ReadonlyMap<string, string>;
}

/** The table from above: who sits there, who is at work, and whose ballot goes where. The lists say the same. */
export function TablePicture({ state, marks }: Props): VNode {
  const points = seatPoints(state.seats.length);
  const winner = state.decision?.agentId;
  return (
    <svg class="table-picture" viewBox={frameOf(points)} aria-hidden="true">
      <ellipse class="table-edge" cx={table.x} cy={table.y + 3} rx={table.rx + 5} ry={table.ry + 5} />
      <ellipse class="table-felt" cx={table.x} cy={table.y} rx={table.rx} ry={table.ry} />
      <ellipse class="table-line" cx={table.x} cy={table.y} rx={table.rx - 9} ry={table.ry - 8} />
      <g>{ballots(state, points)}</g>
      {state.seats.map((seat) => (
        <Place
          key={seat.id}
          seat={seat}
          point={points[seat.place] as Point}
          mark={marks.get(seat.id) ?? ""}
          won={seat.id === winner}
          over={state.stage === "over"}
        />
      ))}
    </svg>
  );
}

function ballots(state: RunState, points: readonly Point[]): readonly VNode[] {
  const round = lastRound(state);
  if (round === undefined) return agreementLines(state, points);
  const arrived = new Map<string, number>();
  return round.ballots.flatMap((ballot) => {
    if (ballot.kind !== "vote") return [];
    const voter = state.seats.find(({ id }) => id === ballot.voter);
    const author = state.seats.find(({ id }) => id === ballot.choice);
    if (voter === undefined || author === undefined) return [];
    const nth = arrived.get(author.id) ?? 0;
    arrived.set(author.id, nth + 1);
    const path = ballotPath(points[voter.place] as Point, points[author.place] as Point, nth);
    const flies = state.stage !== "over" && state.atMs - ballot.atMs < newFor;
    return [
      <Ballot
        key={`${round.round} ${ballot.voter}`}
        path={path}
        colour={voter.place % colours}
        flies={flies}
        voided={round.voided}
      />,
    ];
  });
}

function Ballot(props: { path: string; colour: number; flies: boolean; voided: boolean }): VNode {
  const { path, colour, flies, voided } = props;
  return (
    <g data-colour={colour} class={voided ? "ballot ballot-voided" : "ballot"}>
      <path class={flies ? "ballot-way ballot-new" : "ballot-way"} d={path} pathLength="1" />
      <rect
        class={flies ? "ballot-slip ballot-flies" : "ballot-slip"}
        x="-6.5"
        y="-4.5"
        width="13"
        height="9"
        rx="1"
        style={{ offsetPath: `path("${path}")` }}
      />
    </g>
  );
}

/** Those who gave the same answer, held together by a line. */
function agreementLines({ agreement, seats }: RunState, points: readonly Point[]): readonly VNode[] {
  const agreeing = seats.filter(({ id }) => agreement?.agentIds.includes(id) === true);
  return agreeing.slice(1).map((seat, at) => {
    const from = points[(agreeing[at] as Seat).place] as Point;
    const to = points[seat.place] as Point;
    return <path key={seat.id} class="agreement-way" d={ballotPath(from, to, 0)} />;
  });
}

interface PlaceProps {
  readonly seat: Seat;
  readonly point: Point;
  readonly mark: string;
  readonly won: boolean;
  readonly over: boolean;
}

function Place({ seat, point, mark, won, over }: PlaceProps): VNode {
  const { x, y } = point;
  const above = y < table.y - 8;
  const nameY = above ? y - discRadius - 10 : y + discRadius + 18;
  return (
    <g class={placeClass(seat, won, over)} data-colour={seat.place % colours}>
      {won && <circle class="place-laurel" cx={x} cy={y} r={discRadius + 5} />}
      <circle class="place-disc" cx={x} cy={y} r={discRadius} />
      <circle class="place-ring" cx={x} cy={y} r={discRadius + 4} />
      <text class="place-mark" x={x} y={y + 5.5}>
        {mark}
      </text>
      <text class="place-name" x={x} y={nameY}>
        {shortName(seat.id)}
      </text>
    </g>
  );
}

function placeClass(seat: Seat, won: boolean, over: boolean): string {
  const { kind } = seat.doing;
  const away = isOut(seat) || kind === "held" || (kind === "spared" && seat.candidates.length === 0);
  return ["place", won && "place-won", away && "place-away", !over && isBusy(seat) && "place-busy"]
    .filter((name) => name !== false)
    .join(" ");
}

function shortName(id: string): string {
  const letters = Array.from(id);
  return letters.length > 14 ? `${letters.slice(0, 13).join("")}…` : id;
}
