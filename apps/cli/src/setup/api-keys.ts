import { longestFile, readTextFileThere } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { readVariable, type Environment } from "./environment.ts";

/** The variable with the keys that let clients in, separated by commas. */
export const apiKeyVariable = "MASSGEN_SERVER_API_KEY";

/** Where the keys that let clients in may come from. */
export interface ApiKeySources {
  readonly env: Environment;
  /** A file with one key on each line; empty lines and lines that begin with # are skipped. */
  readonly file?: { readonly path: string; readonly from: string };
}

/**
 * The keys of the variable and of the file together.
 * @throws MassgenError `configuration` when one of them is set but holds no key, or a key that no client can send: an
 *   operator who means to require keys must not serve without them
 */
export function readApiKeys({ env, file }: ApiKeySources): readonly string[] {
  const listed = readVariable(env, apiKeyVariable);
  const inVariable = listed === undefined ? [] : checked(listed.split(","), apiKeyVariable);
  return [...new Set([...inVariable, ...(file === undefined ? [] : keysIn(file))])];
}

function keysIn({ path, from }: NonNullable<ApiKeySources["file"]>): readonly string[] {
  const lines = readTextFileThere(path, `${from}: cannot read ${path}`, longestFile.keys).split(/\r?\n/);
  return checked(
    lines.map((line) => (line.trimStart().startsWith("#") ? "" : line)),
    `${from} (${path})`,
  );
}

function checked(texts: readonly string[], from: string): readonly string[] {
  const keys = texts.map((text) => text.trim());
  const odd = keys.findIndex((key) => !/^[\x21-\x7e]*$/.test(key));
  if (odd >= 0) {
    const message = `${from}: key ${odd + 1} contains a space or a character outside ASCII, which no client can send.`;
    throw new MassgenError("configuration", message);
  }
  const found = keys.filter((key) => key !== "");
  if (found.length === 0) throw new MassgenError("configuration", `${from}: contains no key.`);
  return found;
}
