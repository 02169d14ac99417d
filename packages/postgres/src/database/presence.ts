import { randomBytes } from "node:crypto";
import type { Clock } from "@massgen/core";
import type { Database, Query } from "./database.ts";
import { openSession, type Session } from "./session.ts";

/** What processes tell each other of: runs with more to read, queues with a job, accounts where a call may go. */
const channels = ["massgen_run", "massgen_queue", "massgen_limit"] as const;
type Channel = (typeof channels)[number];

/** Hears what was told; undefined when something may have been missed. */
type Listener = (payload: string | undefined) => void;

/** That this process is there: it hears the others, and they see by a lock whether it lives. */
export interface Presence extends Pick<Session, "query" | "isConnected" | "close"> {
  /** The name of this process. */
  readonly holder: string;
  readonly listen: (channel: Channel, listener: Listener) => void;
  /** Takes the lock again where it was lost. Others take a process without it for gone. */
  readonly holdOn: () => Promise<void>;
}

/** The lock of a holder, as SQL. */
export function holderLock(holder: string): string {
  return `hashtextextended('massgen holder ' || ${holder}, 0)`;
}

/** @throws StoreError when the database cannot be reached */
export async function openPresence(database: Database, clock: Clock): Promise<Presence> {
  const holder = randomBytes(12).toString("hex");
  const listeners = new Map<string, Set<Listener>>(channels.map((channel) => [channel, new Set()]));
  const tell = (channel: string, payload: string | undefined): void => {
    for (const listener of listeners.get(channel) ?? []) listener(payload);
  };
  let held = false;

  /** Not waited for: after a break the server may not have noticed yet, and then the lock is still our own. */
  async function take(query: Query): Promise<void> {
    const [row] = await query<{ readonly got: boolean }>(`select pg_try_advisory_lock(${holderLock("$1")}) as got`, [
      holder,
    ]);
    held = row?.got === true;
  }

  const session = await openSession({
    database,
    clock,
    name: "massgen presence",
    async prepare(query) {
      for (const channel of channels) await query(`listen ${channel}`);
      await take(query);
    },
    heard: tell,
    lost: () => {
      held = false;
    },
    reconnected() {
      for (const channel of channels) tell(channel, undefined);
    },
  });
  return {
    holder,
    query: session.query,
    isConnected: session.isConnected,
    close: session.close,
    listen(channel, listener) {
      listeners.get(channel)?.add(listener);
    },
    async holdOn() {
      if (!held) await take(session.query);
    },
  };
}
