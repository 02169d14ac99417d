import type { Clock } from "@massgen/core";
import { StoreError } from "@massgen/runs";
import { Client, DatabaseError } from "pg";
import { type Database, noticeQuickly, type Query, queryOn, type Value } from "./database.ts";
import { storeErrorOf } from "./postgres-error.ts";

/**
 * One connection that lasts: it hears notifications, and holds locks for as long as this process lives. Where it breaks
 * it is made again, and said to be new.
 */
export interface Session {
  /** Rejects at once while there is no connection. */
  readonly query: Query;
  readonly isConnected: () => boolean;
  readonly close: () => Promise<void>;
}

export interface SessionOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** What `pg_stat_activity` shows. */
  readonly name: string;
  /** Prepares a connection that is new: locks, `listen`. Those made before are gone. */
  readonly prepare: (query: Query) => Promise<void>;
  readonly heard?: (channel: string, payload: string) => void;
  /** The connection is there again: whatever was said in the meantime was missed. */
  readonly reconnected?: () => void;
  /** It broke. Until `reconnected` is called there is none. */
  readonly lost?: (error: unknown) => void;
}

/** How often a quiet connection is asked whether it is there, and how long the answer may take, in milliseconds. */
const askMs = 3000;
const answerMs = 5000;

/** Pauses before a connection is made again, in milliseconds. */
const firstPauseMs = 100;
const longestPauseMs = 2000;

/** @throws StoreError when the first connection cannot be made */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { database, clock, name, prepare, heard, reconnected, lost } = options;
  let current: Client | undefined;
  let closed = false;
  let stopTimer = (): void => {};
  /** The last statement; a connection takes one at a time. */
  let before: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<void> {
    const client = new Client({ ...database.config, application_name: name, query_timeout: answerMs });
    client.on("error", (error) => drop(client, error));
    client.on("end", () => drop(client, new Error("Connection terminated")));
    client.on("notification", ({ channel, payload = "" }) => heard?.(channel, payload));
    try {
      await client.connect();
      await client.query(noticeQuickly);
      await prepare(queryOn(client, database.where));
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    if (closed) return client.end();
    current = client;
    keepAsking(client);
  }

  function keepAsking(client: Client): void {
    stopTimer = clock.setTimer(askMs, () => {
      const goOn = (): void => {
        if (current === client) keepAsking(client);
      };
      // One that fails without breaking the connection is none of ours.
      query("select 1").then(goOn, goOn);
    });
  }

  const query: Query = <Row>(text: string, values?: readonly Value[]) => {
    const asked = before.then(async () => {
      const client = current;
      if (client === undefined) {
        throw new StoreError("unavailable", `the store ${database.where}: there is no connection just now`);
      }
      try {
        return await queryOn(client, database.where)<Row>(text, values);
      } catch (error) {
        // No answer, or no connection: this one is of no more use.
        if (!(error instanceof StoreError) || !(error.cause instanceof DatabaseError)) drop(client, error);
        throw error;
      }
    });
    before = asked.catch(() => {});
    return asked;
  };

  function drop(client: Client, error: unknown): void {
    if (current !== client) return;
    current = undefined;
    stopTimer();
    client.end().catch(() => {});
    if (closed) return;
    lost?.(error);
    reconnect(firstPauseMs);
  }

  function reconnect(pauseMs: number): void {
    stopTimer = clock.setTimer(pauseMs, () => {
      connect().then(
        () => {
          if (current !== undefined) reconnected?.();
        },
        () => {
          if (!closed) reconnect(Math.min(2 * pauseMs, longestPauseMs));
        },
      );
    });
  }

  try {
    await connect();
  } catch (error) {
    closed = true;
    throw storeErrorOf(error, database.where);
  }
  return {
    isConnected: () => current !== undefined,
    query,
    async close() {
      closed = true;
      stopTimer();
      await current?.end().catch(() => {});
    },
  };
}
