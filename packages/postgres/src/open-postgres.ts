import { type Clock, type Limiter, rulesVersion, systemClock } from "@massgen/core";
import type { Dispatch, RunStore } from "@massgen/runs";
import { createSealer, type Sealer } from "@massgen/runs/parts";
import { checkSessions } from "./database/check-sessions.ts";
import { type Database, openDatabase } from "./database/database.ts";
import { checkMigrated, migrate } from "./database/migrations/migrate.ts";
import { openPresence, type Presence } from "./database/presence.ts";
import { postgresDispatch } from "./dispatch/postgres-dispatch.ts";
import { postgresLimiter } from "./limits/postgres-limiter.ts";
import { openSharedTurns } from "./limits/shared-turns.ts";
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
  /** The number of the rules by which this process drives runs. Default: that of the core. */
  readonly rules?: number;
  /** False: no limits are kept here, each process has its own. Default true. */
  readonly sharedLimits?: boolean;
}

/** What the processes of one database share. Closing the store ends all of it; runs under way stop before. */
export interface Postgres {
  readonly store: RunStore;
  readonly dispatch: Dispatch;
  /** Keeps the limits of accounts for all processes together; absent where each has its own. */
  readonly limiter?: Limiter;
}

/**
 * Opens what the processes of one database share: the store of runs, who drives which, and the limits of accounts.
 *
 * @throws StoreError for a database that cannot be used, with the reason
 */
export async function openPostgres(given: PostgresOptions): Promise<Postgres> {
  const { failed = () => {}, rules = rulesVersion, sharedLimits = true, clock = systemClock, ...rest } = given;
  const options = { ...rest, clock };
  const opened = await open(options);
  const { database, presence, closing } = opened;
  try {
    const store = await storeIn(opened, options);
    const dispatch = postgresDispatch({ database, presence, clock, rules, failed });
    if (!sharedLimits) return { store, dispatch };
    const turns = await openSharedTurns(database, clock);
    closing.push(() => turns.close());
    const limiter = postgresLimiter({ turns, presence, clock, failed });
    closing.push(async () => limiter.close());
    return { store, dispatch, limiter };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/**
 * Keeps runs in Postgres, in a schema `massgen` of its own, where any number of processes may write.
 *
 * @throws StoreError for a database that cannot be used, with the reason
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<RunStore> {
  const opened = await open(options);
  try {
    return await storeIn(opened, options);
  } catch (error) {
    await closeAll(opened.closing);
    throw error;
  }
}

/** The way to a database, for this process. */
interface Opened {
  readonly database: Database;
  readonly presence: Presence;
  readonly sealer: Sealer;
  /** What ends it, the last first. */
  readonly closing: (() => Promise<void>)[];
}

async function open({ url, keys = [], clock = systemClock, readOnly }: PostgresStoreOptions): Promise<Opened> {
  const sealer = createSealer(keys);
  const database = openDatabase(url);
  const closing = [() => database.close()];
  try {
    const presence = await openPresence(database, clock);
    closing.push(() => presence.close());
    await checkSessions(database, presence.query);
    await (readOnly ? checkMigrated(database) : migrate(database));
    return { database, presence, sealer, closing };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

function storeIn({ closing, ...opened }: Opened, options: PostgresStoreOptions): Promise<RunStore> {
  const { clock = systemClock, readOnly = false } = options;
  return storeOn({ ...opened, clock, readOnly, closed: () => closeAll(closing) });
}

async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closing.toReversed()) await close();
}
