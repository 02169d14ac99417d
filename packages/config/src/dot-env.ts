import { parseEnv } from "node:util";

/** The variables of a `.env` file's text: `NAME=value` lines, with quotes, comments and `export` as Node reads them. */
export function readDotEnv(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text.replace(/^\uFEFF/, "")))) {
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/** Merges both; a variable that the environment sets, even to an empty text, wins over the file's. */
export function mergeEnv(
  env: Readonly<Record<string, string | undefined>>,
  dotEnv: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const merged: Record<string, string | undefined> = { ...dotEnv };
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}
