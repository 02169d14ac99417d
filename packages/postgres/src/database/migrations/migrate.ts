import { StoreError } from "@massgen/runs";
import type { Database, Query } from "../database.ts";
import { runs } from "./0001-runs.ts";
import { limits } from "./0002-limits.ts";
import { wires } from "./0003-wires.ts";
import { history } from "./0004-history.ts";
import { keyDays } from "./0005-key-days.ts";

/** In order; each is applied once, and none is changed after it was published. */
const migrations: readonly string[] = [runs, limits, wires, history, keyDays];

/**
 * Brings the tables up to date. Of several processes that start together one does it, the others wait.
 * @throws StoreError `unsuitable` for tables of a newer version
 */
export function migrate(database: Database): Promise<void> {
  return database.transaction(async (query) => {
    await query("select pg_advisory_xact_lock(hashtextextended('massgen migrations', 0))");
    // Only if it is missing: a user that owns the schema need not be allowed to make one.
    const [schema] = await query<{ readonly missing: boolean }>("select to_regnamespace('massgen') is null as missing");
    if (schema?.missing) await query("create schema massgen");
    await query(
      "create table if not exists massgen.migration (version int primary key, applied_at timestamptz not null)",
    );
    const found = await versionOf(query, database.where);
    for (const [at, migration] of migrations.entries()) {
      if (at < found) continue;
      await query(migration);
      await query("insert into massgen.migration values ($1, now())", [at + 1]);
    }
  });
}

/**
 * Looks whether the tables are those of this version, and changes nothing.
 * @throws StoreError `outdated` for older ones and none, `unsuitable` for newer ones
 */
export async function checkMigrated(database: Database): Promise<void> {
  const [table] = await database.query<{ readonly missing: boolean }>(
    "select to_regclass('massgen.migration') is null as missing",
  );
  const found = table?.missing ? 0 : await versionOf(database.query, database.where);
  if (found < migrations.length) {
    const advice = "start massgen serve on it once";
    throw new StoreError("outdated", `the store ${database.where} is empty, or of an older version; ${advice}`);
  }
}

async function versionOf(query: Query, where: string): Promise<number> {
  const [row] = await query<{ readonly version: number }>(
    "select coalesce(max(version), 0) as version from massgen.migration",
  );
  const version = row?.version ?? 0;
  if (version <= migrations.length) return version;
  throw new StoreError(
    "unsuitable",
    `the store ${where} was brought up to date by a newer version of massgen; update this one`,
  );
}
