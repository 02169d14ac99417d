import { columnsOf, fitted, padded, plainLine } from "../terminal/plain-text.ts";
import type { Screen } from "../terminal/screen.ts";
import type { ListedRun } from "./run-source.ts";
import { counted, shortCount, shownDollars, shownTime } from "./amounts.ts";

/** The fewest columns in which a question says something. */
const leastQuestion = 24;
/** The most columns of a foreign name. */
const mostName = 28;
const gap = "  ";

/** A list of runs: a line each where the screen is wide enough, else a few lines each. */
export function runTable(runs: readonly ListedRun[], screen: Screen): readonly string[] {
  const rows = runs.map((run) => rowOf(run));
  const priced = runs.some(({ end }) => end?.costUsd !== undefined);
  const header = headerOf(priced);
  const cells = rows.map((row) => (priced ? row.cells : row.cells.toSpliced(header.indexOf("COST"), 1)));
  const widths = header.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => columnsOf(row[column] ?? ""))),
  );
  const used = widths.reduce((sum, width) => sum + width + gap.length, 0);
  const room = screen.width - used;
  if (room < leastQuestion) return rows.flatMap((row, at) => [...(at === 0 ? [] : [""]), ...stacked(row, screen)]);
  const line = (row: readonly string[], last: string): string =>
    [...row.map((cell, column) => padded(cell, widths[column] ?? 0, sideOf(header[column]))), last].join(gap);
  return [
    screen.faint(line(header, "QUESTION")),
    ...rows.map((row, at) => row.style(line(cells[at] ?? [], fitted(row.question, room)), screen)),
  ];
}

const headerOf = (priced: boolean): readonly string[] => [
  "WHEN (UTC)",
  "RUN",
  "TEAM",
  "OUTCOME",
  "WINNER",
  "CALLS",
  "TOKENS",
  ...(priced ? ["COST"] : []),
];

function sideOf(column = ""): "left" | "right" {
  return ["CALLS", "TOKENS", "COST"].includes(column) ? "right" : "left";
}

interface Row {
  readonly run: ListedRun;
  /** With a cost. */
  readonly cells: readonly string[];
  readonly question: string;
  readonly style: (line: string, screen: Screen) => string;
}

function rowOf(run: ListedRun): Row {
  const { id, team, createdAtMs, question, end } = run;
  return {
    run,
    cells: [
      shownTime(createdAtMs),
      plainLine(id),
      nameOf(team),
      outcomeOf(run),
      winnerOf(run),
      end ? String(end.calls) : "",
      end ? shortCount(end.tokens) : "",
      end?.costUsd === undefined ? "" : shownDollars(end.costUsd),
    ],
    question: plainLine(question),
    style: (line, screen) => (end?.outcome === "failed" ? screen.bad(line) : line),
  };
}

const nameOf = (name: string): string => fitted(plainLine(name), mostName);

function outcomeOf({ end }: ListedRun): string {
  if (!end) return "open";
  // Of a failed run it says nothing more.
  return end.degraded && end.outcome !== "failed" ? `${end.outcome}, degraded` : end.outcome;
}

function winnerOf({ end }: ListedRun): string {
  const { winner, model } = end ?? {};
  if (winner === undefined) return nameOf(model ?? "");
  return model === undefined ? nameOf(winner) : `${nameOf(winner)} (${nameOf(model)})`;
}

function stacked({ run, question, style }: Row, screen: Screen): readonly string[] {
  const { id, team, createdAtMs, end } = run;
  const figures = end
    ? [
        counted(end.calls, "call"),
        `${shortCount(end.tokens)} tokens`,
        ...(end.costUsd === undefined ? [] : [shownDollars(end.costUsd)]),
      ].join(", ")
    : "";
  const told = [outcomeOf(run), winnerOf(run), figures, nameOf(team)].filter((part) => part !== "");
  const lines = [`${plainLine(id)}  ${shownTime(createdAtMs)}`, ...joined(told, screen.width - 2)];
  const [first = "", ...rest] = lines.map((line) => fitted(line, screen.width - 2));
  return [
    style(screen.strong(first), screen),
    ...rest.map((line) => style(`  ${line}`, screen)),
    ...(question === "" ? [] : [`  ${screen.faint(fitted(question, screen.width - 2))}`]),
  ];
}

/** Parts on as few lines as fit. */
function joined(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    const longer = `${line ?? ""} · ${part}`;
    if (line !== undefined && columnsOf(longer) <= width) lines.splice(-1, 1, longer);
    else lines.push(part);
  }
  return lines;
}
