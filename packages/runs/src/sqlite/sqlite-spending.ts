import type { DatabaseSync } from "node:sqlite";
import { daysKept, type SpendingStore } from "../spending/spending-store.ts";

/** How the store runs what is done in SQLite. */
export interface SpendingAccess {
  readonly reading: <T>(work: () => T) => Promise<T>;
  /** Rejects where the file was opened for reading only. */
  readonly writing: <T>(work: () => T) => Promise<T>;
}

/** Counts in a file, whose days are those of this machine's clock. */
export function sqliteSpending(db: DatabaseSync, { reading, writing }: SpendingAccess): SpendingStore {
  const reserve = db.prepare(
    `insert into key_day (key, day, reserved, spent) select :key, date('now'), :usd, 0 where :usd <= :most
     on conflict (key, day) do update set reserved = reserved + :usd where reserved + spent + :usd <= :most
     returning day`,
  );
  const settle = db.prepare(
    "update key_day set reserved = max(0, reserved - :usd), spent = spent + :spent where key = :key and day = :day",
  );
  const forget = db.prepare(`delete from key_day where key = ? and day < date('now', '-${daysKept} days')`);
  const today = db.prepare("select reserved, spent from key_day where key = ? and day = date('now')");
  const left = db.prepare("select unixepoch('now', 'start of day', '+1 day') - unixepoch('now') as seconds");
  return {
    reserve: (name, usd, most) =>
      writing(() => {
        const row = reserve.get({ key: name, usd, most }) as { readonly day: string } | undefined;
        return row && { name, day: row.day, usd };
      }),
    settle: ({ name, day, usd }, spentUsd) =>
      writing(() => {
        settle.run({ key: name, day, usd, spent: spentUsd });
        forget.run(name);
      }),
    today: (name) =>
      reading(() => {
        const sums = today.get(name) as { readonly reserved: number; readonly spent: number } | undefined;
        const { seconds } = left.get() as { readonly seconds: number };
        return { reservedUsd: sums?.reserved ?? 0, spentUsd: sums?.spent ?? 0, endsInMs: seconds * 1000 };
      }),
  };
}
