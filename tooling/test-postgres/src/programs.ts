import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian keeps Postgres: its server programs are not in the PATH. */
const debianFolder = "/usr/lib/postgresql";

/** The path of a program, of the newest Postgres where there are several; undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...debianFolders(), ...folders, "/usr/sbin"].map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether tests can have a Postgres. In CI they must: one that misses it fails there. */
export const hasPostgres = process.env["CI"] === "true" || areHere(["initdb", "pgbouncer", "setpriv"]);

/** The same for tests that take long: they run in CI and where MASSGEN_TESTS is `all` or `long`. */
export const hasPostgresForLong = hasPostgres && (process.env["MASSGEN_TESTS"] ?? "sample") !== "sample";
if (hasPostgres && !hasPostgresForLong) {
  console.warn("Skipped: tests on Postgres that take long. CI has them; to have them: MASSGEN_TESTS=all");
}

/** Says so when tests will be skipped. */
function areHere(names: readonly string[]): boolean {
  const missing = names.filter((name) => programOf(name) === undefined);
  if (missing.length === 0) return true;
  const installer = "bash tooling/test-postgres/install.sh";
  console.warn(`Skipped: ${missing.join(", ")} missing, which tests on Postgres need. To have them: ${installer}`);
  return false;
}

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
