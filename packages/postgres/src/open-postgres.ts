import { type Clock, systemClock } from "@massgen/core";
import type { RunStore } from "@massgen/runs";
import { createSealer } from "@massgen/runs/parts";
import { checkSessions } from "./database/check-sessions.ts";
import { openDatabase } from "./database/database.ts";
import { checkMigrated, migrate } from "./database/migrations/migrate.ts";
import { openPresence, type Presence } from "./database/presence.ts";
import { storeOn } from "./store/postgres-store.ts";

interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** See `createSealer` of `@massgen/runs/parts`: the first seals, all open. */
  readonly keys?: readonly string[];
  readonly clock?: Clock;
}

export interface PostgresStoreOptions extends PostgresOptions {
  /** Looks only: changes no table, and what would write rejects. */
  readonly readOnly?: boolean;
}

/**
 * Keeps runs in Postgres, in a schema `massgen` of its own, where any number of processes may write.
 *
 * @throws StoreError for a database that cannot be used, with the reason
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<RunStore> {
  const { url, keys = [], clock = systemClock, readOnly = false } = options;
  const sealer = createSealer(keys);
  const database = openDatabase(url);
  let presence: Presence | undefined;
  const closed = async (): Promise<void> => {
    await presence?.close();
    await database.close();
  };
  try {
    presence = await openPresence(database, clock);
    await checkSessions(database, presence.query);
    await (readOnly ? checkMigrated(database) : migrate(database));
    return await storeOn({ database, presence, sealer, clock, readOnly, closed });
  } catch (error) {
    await closed();
    throw error;
  }
}
