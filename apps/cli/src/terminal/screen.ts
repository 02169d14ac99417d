import { styleText } from "node:util";
import type { CliContext } from "../context.ts";

type Style = Parameters<typeof styleText>[0];

/** What is written to: how wide it is, and how words stand out on it. */
export interface Screen {
  /** Columns of a line. */
  readonly width: number;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Columns where nobody says how many there are. */
const usualWidth = 100;
const [narrowest, widest] = [40, 500];

/** The screen behind stdout. No colours where it is no terminal, or with `NO_COLOR`. */
export function screenOf({ screen, env }: Pick<CliContext, "screen" | "env">): Screen {
  const { NO_COLOR: noColour = "", TERM: term, COLUMNS: columns = "" } = env;
  const written = /^\d{1,4}$/.test(columns) ? Number(columns) : undefined;
  const width = written ?? screen?.columns ?? usualWidth;
  const coloured = screen !== undefined && noColour === "" && term !== "dumb";
  const style = (how: Style) => (text: string) =>
    coloured && text !== "" ? styleText(how, text, { validateStream: false }) : text;
  return {
    width: Math.min(widest, Math.max(narrowest, width)),
    strong: style("bold"),
    faint: style("dim"),
    good: style("green"),
    bad: style("red"),
  };
}
