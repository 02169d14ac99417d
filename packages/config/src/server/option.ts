import type { z } from "zod";
import type { About } from "../fields.ts";

/** How the values of an option are written, checked and converted. */
export interface Unit<Written, Value> {
  /** A text, a list whose flag may be given several times, or a flag without a value. */
  readonly form: "text" | "list" | "switch";
  /** The placeholder of a value in help, such as `SECONDS`; empty for a switch. */
  readonly placeholder: string;
  /** All valid words, if only words are valid. */
  readonly words?: readonly string[];
  /** The schema of what is written. */
  readonly schema: (about: About) => z.ZodType;
  /** The value in the program; undefined for what counts as not set. */
  readonly value: (written: Written) => Value | undefined;
  /** A value as documents show it, such as `20 MB`. */
  readonly shown: (written: Written) => string;
}

/** One option of the server, with everything that help, schema and documents say about it. */
export interface ServerOption<Written, Value, Default extends Written | undefined = Written | undefined> {
  /** Its key in a file's `server`. */
  readonly key: string;
  /** Its key stands at the top level of the file, not in `server`. */
  readonly top?: true;
  /** Its flag, without the dashes. */
  readonly flag: string;
  /** Its environment variable, where it has one. */
  readonly env?: string;
  readonly unit: Unit<Written, Value>;
  /** What applies when the option is not set, as it would be written. */
  readonly default: Default;
  /** Whether a reload changes it, or only a restart. */
  readonly changes: "live" | "restart";
  /** What it is, as a phrase: for `--help`, docs/options.md and editors. */
  readonly help: string;
}

/** The highest limit of runs, queue places or connections. */
export const manyAtOnce = 1_000_000;

/** Gives a row its types. */
export function option<Written, Value, const Default extends Written | undefined>(
  row: ServerOption<Written, Value, Default>,
): ServerOption<Written, Value, Default> {
  return row;
}

/** What an option is, and which words it takes: one phrase. */
export function optionHelp({ help, unit }: Pick<ServerOption<unknown, unknown>, "help" | "unit">): string {
  const words = unit.words === undefined ? "" : `: ${unit.words.join(", ")}`;
  return unit.form === "list" ? `${help}; repeat it, or separate several by commas` : `${help}${words}`;
}
