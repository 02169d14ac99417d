import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { longestFile, mergeEnv, readDotEnv, readTextFile } from "@massgen/config";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment together with the `.env` files of some folders. The first file that sets a name wins, and the environment over all.
 * @param folders absolute or not; one that is here twice counts once
 * @throws MassgenError `configuration` for a file that is there and cannot be read
 */
export function withDotEnv(env: Environment, folders: readonly string[]): Environment {
  let merged = env;
  for (const folder of new Set(folders.map((one) => resolve(one)))) {
    const path = join(folder, ".env");
    const text = readTextFile(path, `Cannot read ${path}`, longestFile.dotEnv);
    if (text !== undefined) merged = mergeEnv(merged, readDotEnv(text));
  }
  return merged;
}

/** A variable's value; one set to nothing counts as not set. */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

/** Where a user's own configuration and `.env` are. */
export function userFolder(home: string): string {
  return join(home, ".config", "massgen");
}

/** The same folder as a list, empty where this user may not look into it: services often run with the HOME of another user. */
export function userFolders(home: string): readonly string[] {
  const folder = userFolder(home);
  try {
    accessSync(folder, constants.X_OK);
    return [folder];
  } catch {
    return [];
  }
}

/** Warnings of variables that do nothing in a `.env` file: Node reads its own from the environment of the process, most at its start. */
export function ineffectiveVariables(env: Environment, merged: Environment): readonly string[] {
  const names = Object.keys(merged).filter((name) => name.startsWith("NODE_") && env[name] === undefined);
  return names.map((name) => `${name} does nothing in a .env file: Node reads it from the environment of the process`);
}
