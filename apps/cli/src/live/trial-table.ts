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

const columns = ["key", "model", "tools", "json", "images"] as const;
const widths = { key: 3, model: 5, tools: 5, json: 4, images: 6, time: 6 } as const;
const gap = "  ";
/** What all columns but the first take. */
const marksWidth = Object.values(widths).reduce((sum, width) => sum + gap.length + width, 0);

/** The results as a table of at most 60 columns on a screen of that width, then what is wrong, agent by agent. */
export function trialLines(rows: readonly TrialRow[], screen: Screen): readonly string[] {
  const room = Math.max(8, Math.min(screen.width, 100) - marksWidth);
  const longest = Math.max(5, ...rows.map(({ name }) => plainLine(name).length));
  const first = Math.min(room, longest);
  const heads = ["agent".padEnd(first), ...columns.map((name) => headOf(name).padEnd(widths[name])), "time"];
  const table = rows.map(({ name, trial }) =>
    [
      padded(plainLine(name), first),
      ...columns.map((column) => marked(trial[column], widths[column], screen)),
      trial.ms === undefined ? "" : `${(trial.ms / 1000).toFixed(1)} s`,
    ]
      .join(gap)
      .trimEnd(),
  );
  return [screen.faint(heads.join(gap).trimEnd()), ...table, ...rows.flatMap((row) => problemLines(row, screen))];
}

function headOf(name: (typeof columns)[number]): string {
  return name === "json" ? "JSON" : name;
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
