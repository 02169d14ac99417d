import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { longestFile, mergeEnv, readDotEnv, readTextFile } from "@massgen/config";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment merged with the `.env` files of some folders. The environment wins, then the first file that sets a
 * name.
 * @param folders absolute or relative; duplicates count once
 * @throws MassgenError `configuration` for a file that exists but cannot be read
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

/** A variable's value; an empty one counts as not set. */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

/** The folder of a user's own configuration and `.env` file. */
export function userFolder(home: string): string {
  return join(home, ".config", "massgen");
}

/**
 * The same folder as a list; empty if this user has no access to it, since services often run with another user's HOME.
 */
export function userFolders(home: string): readonly string[] {
  const folder = userFolder(home);
  try {
    accessSync(folder, constants.X_OK);
    return [folder];
  } catch {
    return [];
  }
}

/** Warnings about variables that have no effect in a `.env` file, because Node reads them when the process starts. */
export function ineffectiveVariables(env: Environment, merged: Environment): readonly string[] {
  const names = Object.keys(merged).filter((name) => name.startsWith("NODE_") && env[name] === undefined);
  return names.map((name) => `${name} has no effect in a .env file: Node reads it from the environment of the process`);
}
