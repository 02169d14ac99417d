import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian keeps Postgres; its server programs are not in the PATH. */
const debianFolder = "/usr/lib/postgresql";

/** The path of a program, of the newest Postgres where there are several; undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...debianFolders(), ...folders, "/usr/sbin"].map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether tests can have a Postgres. In CI they must: one that misses it fails there. */
export const hasPostgres = programOf("initdb") !== undefined || process.env["CI"] === "true";

function debianFolders(): readonly string[] {
  try {
    const versions = readdirSync(debianFolder).toSorted((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(debianFolder, version, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
