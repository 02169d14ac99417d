import { fitted, padded, plainLine, wrapped } from "../terminal/plain-text.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Mark, Trial } from "./trial.ts";

/** A model that was tried, and whose it is. */
export interface TrialRow {
  /** Such as `writer`, or `writer, else` for its fallback. */
  readonly name: string;
  /** Such as `openai gpt-4o`. */
  readonly model: string;
  readonly trial: Trial;
}

const shortColumns = [
  { title: "key", width: 3, mark: ({ key }: Trial) => key },
  { title: "model", width: 5, mark: ({ model }: Trial) => model },
  { title: "tools", width: 5, mark: ({ tools }: Trial) => tools },
] as const;
const allColumns = [
  ...shortColumns,
  { title: "JSON", width: 4, mark: ({ json }: Trial) => json },
  { title: "images", width: 6, mark: ({ images }: Trial) => images },
] as const;
const timeWidth = 6;
const gap = "  ";

/**
 * The results as a table of at most 60 columns on a screen of that width, then what is wrong, agent by agent.
 * @param short whether JSON and images were left out of the trials
 */
export function trialLines(
  rows: readonly TrialRow[],
  screen: Screen,
  { short = false }: { readonly short?: boolean } = {},
): readonly string[] {
  const columns = short ? shortColumns : allColumns;
  const marksWidth = columns.reduce((sum, { width }) => sum + gap.length + width, gap.length + timeWidth);
  const room = Math.max(8, Math.min(screen.width, 100) - marksWidth);
  const longest = Math.max("agent".length, ...rows.map(({ name }) => plainLine(name).length));
  const first = Math.min(room, longest);
  const heads = ["agent".padEnd(first), ...columns.map(({ title, width }) => title.padEnd(width)), "time"];
  const table = rows.map(({ name, trial }) =>
    [
      padded(plainLine(name), first),
      ...columns.map(({ mark, width }) => marked(mark(trial), width, screen)),
      trial.ms === undefined ? "" : `${(trial.ms / 1000).toFixed(1)} s`,
    ]
      .join(gap)
      .trimEnd(),
  );
  return [screen.faint(heads.join(gap)), ...table, ...rows.flatMap((row) => problemLines(row, screen))];
}

function marked(mark: Mark, width: number, screen: Screen): string {
  const text = mark.padEnd(width);
  if (mark === "ok") return screen.good(text);
  return mark === "no" ? screen.bad(text) : text;
}

function problemLines({ name, model, trial }: TrialRow, screen: Screen): readonly string[] {
  if (trial.problems.length === 0) return [];
  const head = fitted(`${plainLine(name)} (${plainLine(model)}):`, screen.width);
  return [
    "",
    head,
    ...trial.problems.flatMap((problem) => wrapped(plainLine(problem), screen.width - 2)).map((line) => `  ${line}`),
  ];
}
