import { shownDuration } from "../runs/amounts.ts";
import { columnsOf, fitted, padded, plainLine, wrapped } from "../terminal/plain-text.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Board } from "./board.ts";
import { sayingOf } from "./saying.ts";
import { statusOf } from "./status.ts";

/** How a board is shown at a moment. */
export interface BoardView {
  readonly screen: Screen;
  /** Lines that the screen has. */
  readonly rows: number;
  /** Since the run's start, in milliseconds. */
  readonly elapsedMs: number;
  /** What a key would do now; empty for nothing. */
  readonly hint: string;
  /** What was asked, where it is not on the screen already. */
  readonly question?: string;
}

const mostId = 16;
const mostModel = 24;
const word = 9;
const gap = "  ";
/** The fewest columns in which what an agent says is worth more than the name of its model. */
const leastSaying = 36;
/** Lines around those of the agents. */
const around = 8;

/** A board as lines, none wider than the screen and no more than it has. */
export function renderBoard(board: Board, view: BoardView): readonly string[] {
  const { screen, rows, question } = view;
  const asked = question === undefined ? [] : [screen.strong(fitted(plainLine(question), screen.width)), ""];
  const lines = seatLines(board, screen);
  const room = Math.max(1, rows - around);
  const left = lines.length - room;
  const seats = left > 0 ? [...lines.slice(0, room), screen.faint(`  and ${left} more`)] : lines;
  return [...asked, ...seats, ...footLines(board, view)];
}

function seatLines({ seats, winner }: Board, screen: Screen): readonly string[] {
  const widest = (most: number, of: readonly string[]): number => Math.min(most, Math.max(0, ...of.map(columnsOf)));
  const models = seats.map(({ model }) => plainLine(model, 100));
  const id = widest(
    mostId,
    seats.map((seat) => seat.id),
  );
  const model = widest(mostModel, models);
  const before = 2 + id + gap.length + word + gap.length;
  const withModel = screen.width - before - model - gap.length >= leastSaying;
  const room = screen.width - before - (withModel ? model + gap.length : 0);
  return seats.map((seat, at) => {
    const { label, tone, text } = sayingOf(seat, room);
    const name = screen.strong(padded(seat.id, id));
    const of = withModel ? gap + screen.faint(padded(models[at] ?? "", model)) : "";
    const mark = seat.id === winner ? screen.good("* ") : "  ";
    return `${mark}${name}${of}${gap}${screen[tone](padded(label, word))}${gap}${text}`.trimEnd();
  });
}

function footLines(board: Board, { screen, elapsedMs, hint }: BoardView): readonly string[] {
  const tally = tallyLine(board, screen);
  const status = board.stage === "ended" ? "" : `${statusOf(board)}, ${shownSeconds(elapsedMs)}`;
  const news =
    board.news === "" ? [] : wrapped(plainLine(board.news, 400), screen.width - 2).map((line) => `  ${line}`);
  const last = status === "" ? [] : withHint(`  ${status}`, hint, screen);
  const lines = [...(tally === "" ? [] : [tally]), ...news, ...last];
  return lines.length === 0 ? [] : ["", ...lines];
}

/** A bar for each answer that can be voted for: the most votes first would make lines jump, so they keep their order. */
function tallyLine({ votes }: Board, screen: Screen): string {
  if (votes === undefined) return "";
  const out = votes.voters.filter((voter) => !votes.done.has(voter)).length;
  const bars = [...votes.tally].map(
    ([author, count]) => `${fitted(author, mostId)} ${"#".repeat(count)}${count > 0 ? " " : ""}${count}`,
  );
  const line = `  Votes: ${[...bars, ...(out > 0 ? [`${out} to come`] : [])].join("   ")}`;
  return screen.strong(fitted(line, screen.width));
}

/** Whole seconds: tenths would never stand still. */
function shownSeconds(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 120 ? `${seconds} s` : shownDuration(seconds * 1000);
}

function withHint(status: string, hint: string, screen: Screen): readonly string[] {
  const room = screen.width - columnsOf(status);
  if (hint === "" || room < columnsOf(hint) + 3) {
    return [fitted(status, screen.width), ...(hint === "" ? [] : [screen.faint(fitted(`  ${hint}`, screen.width))])];
  }
  return [`${status}   ${screen.faint(hint)}`];
}
