import { plainBlock, wrapped } from "../../terminal/plain-text.ts";
import type { Screen } from "../../terminal/screen.ts";

/** How an account is written. */
export interface Layout {
  readonly screen: Screen;
  /** The most characters of each answer, question and reason that it shows. */
  readonly mostChars: number;
}

/** A part of the account under its title; nothing where it has no lines. */
export function section(title: string, lines: readonly string[], { screen }: Layout): readonly string[] {
  return lines.length === 0 ? [] : ["", screen.strong(title), ...lines];
}

/** Our own words, broken to fit, set in by two columns. A line that goes on is set in further. */
export function words(text: string, { screen }: Layout, setIn = 2): readonly string[] {
  const [first = "", ...rest] = wrapped(text, screen.width - setIn - 2);
  return [" ".repeat(setIn) + first, ...rest.map((line) => " ".repeat(setIn + 2) + line)];
}

/** What somebody else wrote, beside a rule. */
export function quoted(text: string, { screen, mostChars }: Layout): readonly string[] {
  const plain = plainBlock(text, mostChars).trim();
  if (plain === "") return [`    ${screen.faint("| (no text)")}`];
  return wrapped(plain, screen.width - 6).map((line) => `    ${screen.faint("|")} ${line}`.trimEnd());
}
