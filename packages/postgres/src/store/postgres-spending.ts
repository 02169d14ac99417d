import { daysKept, type SpendingStore } from "@massgen/runs/parts";
import type { Value } from "../database/database.ts";

/** How the store asks Postgres. */
export interface SpendingAccess {
  readonly read: <Row>(text: string, values: readonly Value[]) => Promise<readonly Row[]>;
  /** Rejects where the store was opened for reading only. */
  readonly write: <Row>(text: string, values: readonly Value[]) => Promise<readonly Row[]>;
}

/** The day by the database's clock, which all processes share. */
const today = "(clock_timestamp() at time zone 'utc')::date";

/**
 * One statement, and the row is locked while it decides: of many at once no more are let through than there is money
 * for.
 */
const reserve = `
  insert into massgen.key_day as known (key, day, reserved, spent)
  select $1, ${today}, $2::float8, 0 where $2::float8 <= $3::float8
  on conflict (key, day) do update set reserved = known.reserved + excluded.reserved
    where known.reserved + known.spent + excluded.reserved <= $3::float8
  returning day::text as day`;

const settle = `
  update massgen.key_day set reserved = greatest(0, reserved - $3::float8), spent = spent + $4::float8
  where key = $1 and day = $2::date`;

const forget = `delete from massgen.key_day where key = $1 and day < ${today} - ${daysKept}`;

const sums = `
  select coalesce(known.reserved, 0) as reserved, coalesce(known.spent, 0) as spent,
    (extract(epoch from (${today} + 1)::timestamp - (clock_timestamp() at time zone 'utc')) * 1000)::float8 as left_ms
  from (select ${today} as day) as now left join massgen.key_day as known on known.key = $1 and known.day = now.day`;

/** Counts in Postgres, for all processes together. */
export function postgresSpending({ read, write }: SpendingAccess): SpendingStore {
  return {
    async reserve(name, usd, most) {
      const [row] = await write<{ readonly day: string }>(reserve, [name, usd, most]);
      return row && { name, day: row.day, usd };
    },
    async settle({ name, day, usd }, spentUsd) {
      await write(settle, [name, day, usd, spentUsd]);
      await write(forget, [name]);
    },
    async today(name) {
      interface Row {
        readonly reserved: number;
        readonly spent: number;
        readonly left_ms: number;
      }
      const [row] = await read<Row>(sums, [name]);
      return { reservedUsd: row?.reserved ?? 0, spentUsd: row?.spent ?? 0, endsInMs: Math.ceil(row?.left_ms ?? 0) };
    },
  };
}
