import { type Clock, rulesVersion, systemClock } from "@massgen/core";
import type { Dispatch, RunStore } from "@massgen/runs";
import { createSealer } from "@massgen/runs/parts";
import { checkSessions } from "./database/check-sessions.ts";
import { openDatabase } from "./database/database.ts";
import { checkMigrated, migrate } from "./database/migrations/migrate.ts";
import { openPresence, type Presence } from "./database/presence.ts";
import { postgresDispatch } from "./dispatch/postgres-dispatch.ts";
import { storeOn } from "./store/postgres-store.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** See `createSealer` of `@massgen/runs/parts`: the first seals, all open. */
  readonly keys?: readonly string[];
  readonly clock?: Clock;
  /** Looks only: changes no table, and what would write rejects. */
  readonly readOnly?: boolean;
}

export interface PostgresOptions extends Omit<PostgresStoreOptions, "readOnly"> {
  /** Hears of faults that no caller can be told of. */
  readonly failed?: (message: string, error: unknown) => void;
}

/** What the processes of one database share. Closing the store closes all of it; the dispatch is to stop first. */
export interface Postgres {
  readonly store: RunStore;
  readonly dispatch: Dispatch;
}

/**
 * Keeps runs in Postgres, in a schema `massgen` of its own, where any number of processes may write.
 *
 * @throws StoreError for a database that cannot be used, with the reason
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<RunStore> {
  return (await open(options, () => {})).store;
}

/**
 * Opens what the processes of one database share: the store of runs, and who drives which.
 *
 * @throws StoreError for a database that cannot be used, with the reason
 */
export function openPostgres({ failed = () => {}, ...options }: PostgresOptions): Promise<Postgres> {
  return open(options, failed);
}

async function open(
  options: PostgresStoreOptions,
  failed: (message: string, error: unknown) => void,
): Promise<Postgres> {
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
    const store = await storeOn({ database, presence, sealer, clock, readOnly, closed });
    return { store, dispatch: postgresDispatch({ database, presence, clock, rules: rulesVersion, failed }) };
  } catch (error) {
    await closed();
    throw error;
  }
}
