import type { AccountLimits, Clock } from "@massgen/core";
import type { Database } from "../database/database.ts";
import { openSession, type Session } from "../database/session.ts";

/** A turn that the database gave. */
export interface SharedTurn {
  readonly account: string;
  readonly tokens: number;
  /** By the database's clock, in seconds. */
  readonly sentAt: number;
  /** Which of the account's places for calls at the same time; absent where these are not limited. */
  readonly slot?: number;
}

/** Why there is none now, and for how long at least, in milliseconds. */
export interface Wait {
  readonly waitsFor: "pause" | "calls" | "tokens" | "slot";
  readonly ms: number;
}

/** The limits as the database keeps them. All reject while it does not answer. */
export interface SharedTurns {
  readonly take: (account: string, model: string, tokens: number, limits: AccountLimits) => Promise<SharedTurn | Wait>;
  /** The call has ended, with what it used where that is known. */
  readonly end: (turn: SharedTurn, used?: number) => Promise<void>;
  /** The call was not sent after all. */
  readonly cancel: (turn: SharedTurn) => Promise<void>;
  readonly pause: (account: string, model: string, ms: number) => Promise<void>;
  /** How many processes keep these limits, this one included. */
  readonly processes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

interface TurnRow {
  readonly waits_for: Wait["waitsFor"] | null;
  readonly wait_ms: number | null;
  readonly slot: number | null;
  readonly sent_at: number;
}

/** Larger than any limit, and small enough to be added to. */
const unlimited = 2 ** 50;
const sessionName = "massgen limits";

/** A connection of its own: the slots are locks of it, which the database frees when this process is gone. */
export async function openSharedTurns(database: Database, clock: Clock): Promise<SharedTurns> {
  /** The slots that this process holds: such a lock would be given to it again. */
  const held = new Map<string, Set<number>>();
  const heldOf = (account: string): Set<number> => {
    const slots = held.get(account) ?? new Set();
    held.set(account, slots);
    return slots;
  };
  const session: Session = await openSession({
    database,
    clock,
    name: sessionName,
    async prepare(query) {
      // The calls of these go on: as far as nobody has taken their slots meanwhile, they hold them again.
      for (const [account, slots] of held) {
        const text = "select pg_try_advisory_lock(massgen.slot_lock($1, slot)) from unnest($2::int[]) as slot";
        if (slots.size > 0) await query(text, [account, [...slots]]);
      }
    },
  });

  async function end(turn: SharedTurn, used: number | null, wasSent: boolean): Promise<void> {
    const { account, tokens, sentAt, slot } = turn;
    const values = [account, sentAt, tokens, used, wasSent, slot ?? null];
    try {
      await session.query("select massgen.end_turn($1, $2, $3, $4, $5, $6)", values);
    } finally {
      // Not before the database has freed it; where it did not answer, the lock ends with the connection.
      if (slot !== undefined) heldOf(account).delete(slot);
    }
  }

  return {
    async take(account, model, tokens, { maxConcurrency, requestsPerMinute, tokensPerMinute }) {
      const slots = heldOf(account);
      const free =
        maxConcurrency === undefined
          ? null
          : Array.from({ length: maxConcurrency }, (_, slot) => slot).filter((slot) => !slots.has(slot));
      const values = [account, model, tokens, requestsPerMinute ?? unlimited, tokensPerMinute ?? unlimited, free];
      const [row] = await session.query<TurnRow>("select * from massgen.take_turn($1, $2, $3, $4, $5, $6)", values);
      if (row === undefined) throw new Error("take_turn gave no row");
      if (row.waits_for !== null) return { waitsFor: row.waits_for, ms: row.wait_ms ?? 0 };
      if (row.slot !== null) slots.add(row.slot);
      return { account, tokens, sentAt: row.sent_at, ...(row.slot !== null && { slot: row.slot }) };
    },
    end: (turn, used) => end(turn, used ?? null, true),
    cancel: (turn) => end(turn, null, false),
    async pause(account, model, ms) {
      await session.query("select massgen.pause_model($1, $2, $3)", [account, model, Math.ceil(ms)]);
    },
    async processes() {
      const text =
        "select count(*) as processes from pg_stat_activity where application_name = $1 and datname = current_database()";
      const [row] = await session.query<{ readonly processes: number }>(text, [sessionName]);
      return Math.max(1, row?.processes ?? 1);
    },
    close: session.close,
  };
}
