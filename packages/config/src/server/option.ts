import type { z } from "zod";
import type { About } from "../fields.ts";

/** How the values of an option are written, checked and meant. */
export interface Unit<Written, Value> {
  /** One text, texts of which a flag is given several times, or a flag without a value. */
  readonly form: "text" | "list" | "switch";
  /** How help calls a value, such as `SECONDS`; empty for a switch. */
  readonly placeholder: string;
  /** The words that there are, where there are no others. */
  readonly words?: readonly string[];
  /** What may be written. */
  readonly schema: (about: About) => z.ZodType;
  /** What the program works with; undefined for what counts as not set. */
  readonly value: (written: Written) => Value | undefined;
  /** A value as the pages for operators show it, such as `20 MB`. */
  readonly shown: (written: Written) => string;
}

/** One option of the server: everything that any place says about it. */
export interface ServerOption<Written, Value, Default extends Written | undefined = Written | undefined> {
  /** Its key in a file's `server`. */
  readonly key: string;
  /** Its flag, without the dashes. */
  readonly flag: string;
  /** Its environment variable, where it has one. */
  readonly env?: string;
  readonly unit: Unit<Written, Value>;
  /** What applies when the option is not set, as it would be written. */
  readonly default: Default;
  /** Whether a reload changes it, or only a new process. */
  readonly changes: "live" | "restart";
  /** What it is, as a phrase: for `--help`, docs/options.md and editors. */
  readonly help: string;
}
