import { type Client, type ClientConfig, Pool, type PoolClient, TypeOverrides } from "pg";
import { shownAddress } from "./address.ts";
import { storeErrorOf } from "./postgres-error.ts";

/** What statements take. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | Uint8Array)[];

/** Asks Postgres something; resolves with the rows. Rejects with a StoreError. */
export type Query = <Row = unknown>(text: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** The way to one database: connections that are shared, each statement a transaction of its own. */
export interface Database {
  /** How messages name it. */
  readonly where: string;
  readonly query: Query;
  /** Does something on one connection, in one transaction: all of it, or nothing. */
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  /** The shared connections, for pg-boss, which asks in its own way. */
  readonly pool: Pool;
  /** How connections of this database are made. */
  readonly config: Readonly<ClientConfig>;
  readonly close: () => Promise<void>;
}

/** How long a connection may take to come about, and a statement to be answered, in milliseconds. */
const connectMs = 5000;
const answerMs = 10_000;

const mostConnections = 10;

/**
 * The server notices within seconds that a machine is gone, and frees its locks; by itself it would take hours. On a
 * socket of the same machine these have no effect.
 */
export const noticeQuickly =
  "set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3; set tcp_user_timeout = 5000";

/** Postgres counts in 64 bits and `pg` gives these as text; all of ours fit a number. */
const bigint = 20;

/**
 * Opens the way to a database; no connection is made yet.
 * @throws StoreError `unsuitable` for what is no address
 */
export function openDatabase(url: string): Database {
  const where = shownAddress(url);
  const types = new TypeOverrides();
  types.setTypeParser(bigint, Number);
  const config: ClientConfig = {
    connectionString: url,
    application_name: "massgen",
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    types,
  };
  const pool = new Pool({
    ...config,
    max: mostConnections,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, though its types do not say so
    onConnect: (client) => client.query(noticeQuickly),
  });
  // An idle connection that breaks is replaced by the next that is needed.
  pool.on("error", () => {});

  return {
    where,
    pool,
    config,
    query: queryOn(pool, where),
    async transaction(work) {
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw storeErrorOf(error, where);
      }
      // One that breaks while it is used makes its statement fail; unheard, it would end the process.
      const ignore = (): void => {};
      client.on("error", ignore);
      let failure: unknown;
      try {
        const query = queryOn(client, where);
        await query("begin");
        const result = await work(query);
        await query("commit");
        return result;
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        client.off("error", ignore);
        // A connection whose transaction failed is closed, and the transaction with it.
        client.release(failure !== undefined);
      }
    },
    close: () => pool.end(),
  };
}

/**
 * Asks on a connection, or on any of several. U+0000 cannot stand in a text of Postgres: it is asked for as U+FFFD, and
 * an id with such a character is one that nobody has.
 */
export function queryOn(connection: Pick<Client, "query"> | Pool, where: string): Query {
  return async <Row>(text: string, values: readonly Value[] = []) => {
    const sent = values.map((value) => (typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value));
    try {
      const result = await connection.query(text, sent as unknown[]);
      return result.rows as readonly Row[];
    } catch (error) {
      throw storeErrorOf(error, where);
    }
  };
}
