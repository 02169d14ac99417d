import { MassgenError } from "@massgen/core/model";
import { numberIn } from "../number-text.ts";
import { optionRows, type NamedOption, type ServerConfig, type ServerSettings } from "./server-options.ts";
import { serverShape, topOptionShape } from "./server-schema.ts";

/** A flag as it was given: its text, its texts if it may be repeated, or true. */
export type FlagValue = string | readonly string[] | boolean;

/** The sources of the server's options. */
export interface ServerSources {
  /** By flag, without the dashes. */
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ServerConfig;
}

/** The most characters of a wrong value that a message repeats. */
const shownCharacters = 60;

/** The options of a file, by their keys, checked, in the program's names and units. */
export function serverConfig(written: Readonly<Record<string, unknown>>): ServerConfig {
  const entries = optionRows.map((row) => [row.name, meaningOf(row, written[row.key])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * Every option of the server. Flags win over the environment, the environment over the file, the file over the
 * defaults. The same value is valid and means the same in all of them.
 * @throws MassgenError `configuration` with everything that is wrong with flags and variables, one line each
 */
export function serverSettings({ flags, env, file }: ServerSources): ServerSettings {
  const defaults = serverConfig(Object.fromEntries(optionRows.map((row) => [row.key, row.default])));
  const said: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const row of optionRows) {
    const given = givenFor(row, flags, env);
    if (given === undefined) continue;
    const { written, problem } = read(row, given.value);
    if (problem === undefined) said[row.key] = written;
    else problems.push(`${given.from}: ${problem}, not ${shown(given.value)}.`);
  }
  if (problems.length > 0) throw new MassgenError("configuration", problems.join("\n"));
  // Rows without a default are those whose type says so.
  return { ...defaults, ...file, ...serverConfig(said) } as ServerSettings;
}

function meaningOf({ unit }: NamedOption, written: unknown): unknown {
  return written === undefined || written === null ? undefined : unit.value(written);
}

function givenFor(
  { flag, env: variable }: NamedOption,
  flags: ServerSources["flags"],
  env: ServerSources["env"],
): { readonly value: FlagValue; readonly from: string } | undefined {
  const ofFlag = flags[flag];
  if (ofFlag !== undefined) return { value: ofFlag, from: `--${flag}` };
  const ofVariable = variable === undefined ? undefined : env[variable]?.trim();
  // An empty variable counts as not set.
  return variable === undefined || !ofVariable ? undefined : { value: ofVariable, from: variable };
}

/** Reads a flag or variable as the same key of a file would be read. */
function read({ key }: NamedOption, value: FlagValue): { readonly written?: unknown; readonly problem?: string } {
  const readings = typeof value === "string" ? [value.trim(), numberIn(value)] : [value];
  const results = readings
    .filter((reading) => reading !== undefined)
    .map((reading) => (serverShape[key] ?? topOptionShape[key])?.safeParse(reading));
  const good = results.find((result) => result?.success === true);
  if (good !== undefined) return { written: good.data };
  return { problem: results.at(-1)?.error?.issues[0]?.message ?? "is wrong" };
}

function shown(value: FlagValue): string {
  const written = typeof value === "object" ? value.join(", ") : String(value);
  // A mistyped URL may hold a password, up to the last @.
  const text = written.replace(/^([^/@]{0,20}\/{0,2}).*@/s, "$1***@");
  return JSON.stringify(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text);
}
