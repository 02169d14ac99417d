import type { Backlogs, Left } from "@massgen/runs";
import type { Database } from "../database/database.ts";
import { holderLock, type Presence } from "../database/presence.ts";

/** Which process drives which run, as the rows of runs say. */
export interface Holders {
  /**
   * Notes that this process drives a run. Resolves with what became of whoever drove it before; with nothing when it
   * has ended, was removed, or was taken over by other rules.
   */
  readonly claim: (run: string) => Promise<Left | undefined>;
  /** The runs that this process is noted to drive. */
  readonly held: () => Promise<readonly string[]>;
  /** Notes that this process drives these no longer. */
  readonly release: (runs: readonly string[]) => Promise<void>;
  /**
   * Runs whose process is gone, on whatever machine it was: nobody else holds its lock. They are noted to be nobody's,
   * so only one process gets them here.
   */
  readonly orphans: () => Promise<readonly string[]>;
  /** The oldest runs that nobody drives, apart from young ones. */
  readonly undriven: (age: Age, most: number) => Promise<readonly string[]>;
  /** The oldest runs of older rules that no process drives, apart from young ones. */
  readonly older: (age: Age, most: number) => Promise<readonly string[]>;
  /** Makes such a run one of these rules. Resolves with the number of the old ones; with nothing if it is driven. */
  readonly adopt: (run: string) => Promise<number | undefined>;
  /** How many runs wait to be driven. */
  readonly waiting: () => Promise<number>;
  /** What waits to be driven under whatever rules, in all and of one owner. */
  readonly backlogs: (owner: string) => Promise<Backlogs>;
}

interface BacklogRow {
  readonly runs: number;
  readonly bytes: number;
  readonly own_runs: number;
  readonly own_bytes: number;
}

/**
 * When a run is young: it began less than `youngMs` ago. One that begins later than in `youngMs` is not: a clock was
 * moved. All in milliseconds.
 */
interface Age {
  readonly nowMs: number;
  readonly youngMs: number;
}

/** What waits to be driven. */
const waits = "ended_at is null and background = 1 and holder is null";

export function holdersOf({ query }: Database, presence: Presence, rules: number): Holders {
  const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);
  return {
    async claim(run) {
      // A holder that is still noted did not stop on purpose, or is stuck.
      const text = `
        with before as (
          select id, holder, abandoned from massgen.run where id = $1 and ended_at is null and rules = $3 for update
        )
        update massgen.run set holder = $2, abandoned = false from before where run.id = before.id
        returning before.abandoned or coalesce(before.holder <> $2, false) as lost`;
      const [row] = await query<{ readonly lost: boolean }>(text, [run, presence.holder, rules]);
      if (row === undefined) return undefined;
      return row.lost ? "lost" : "handed-back";
    },
    async held() {
      const text = "select id from massgen.run where holder = $1 and ended_at is null";
      return idsOf(await query<{ readonly id: string }>(text, [presence.holder]));
    },
    async release(runs) {
      if (runs.length === 0) return;
      const text = "update massgen.run set holder = null where id = any($1) and holder = $2 and ended_at is null";
      await query(text, [runs, presence.holder]);
    },
    async orphans() {
      // A lock that is got here proves that its holder is gone; it ends with the statement.
      const text = `
        with holders as materialized (
          select distinct holder from massgen.run
          where ended_at is null and rules = $1 and holder is not null and holder <> $2
        ), gone as materialized (
          select holder from holders where pg_try_advisory_xact_lock(${holderLock("holder")})
        )
        update massgen.run set holder = null, abandoned = true from gone
        where run.holder = gone.holder and run.ended_at is null and run.rules = $1
        returning run.id`;
      return idsOf(await query<{ readonly id: string }>(text, [rules, presence.holder]));
    },
    async undriven({ nowMs, youngMs }, most) {
      const text = `
        select id from massgen.run where ${waits} and rules = $1 and created_at not between $2 and $3
        order by created_at, number limit $4`;
      return idsOf(await query<{ readonly id: string }>(text, [rules, nowMs - youngMs, nowMs + youngMs, most]));
    },
    async older({ nowMs, youngMs }, most) {
      const text = `
        with holders as materialized (
          select distinct holder from massgen.run where ended_at is null and rules < $1 and holder is not null
        ), gone as materialized (
          select holder from holders where pg_try_advisory_xact_lock(${holderLock("holder")})
        )
        select id from massgen.run
        where ended_at is null and background = 1 and rules < $1 and created_at not between $2 and $3
          and (holder is null or holder in (select holder from gone))
        order by created_at, number limit $4`;
      return idsOf(await query<{ readonly id: string }>(text, [rules, nowMs - youngMs, nowMs + youngMs, most]));
    },
    async adopt(run) {
      const text = `
        with found as materialized (
          select id, rules, holder from massgen.run where id = $1 and ended_at is null and rules < $2 for update
        ), free as materialized (
          select id, rules from found where holder is null or pg_try_advisory_xact_lock(${holderLock("holder")})
        )
        update massgen.run set rules = $2, abandoned = abandoned or run.holder is not null, holder = null
        from free where run.id = free.id
        returning free.rules as before`;
      const [row] = await query<{ readonly before: number }>(text, [run, rules]);
      return row?.before;
    },
    async waiting() {
      const text = `select count(*) as waiting from massgen.run where ${waits} and rules = $1`;
      const [row] = await query<{ readonly waiting: number }>(text, [rules]);
      return row?.waiting ?? 0;
    },
    async backlogs(owner) {
      // The length of a head stands beside it: it is not read.
      const text = `
        select count(*) as runs, coalesce(sum(length(head)), 0) as bytes, count(*) filter (where owner = $1) as own_runs,
          coalesce(sum(length(head)) filter (where owner = $1), 0) as own_bytes
        from massgen.run where ${waits}`;
      const [row] = await query<BacklogRow>(text, [owner]);
      return {
        all: { runs: row?.runs ?? 0, bytes: row?.bytes ?? 0 },
        own: { runs: row?.own_runs ?? 0, bytes: row?.own_bytes ?? 0 },
      };
    },
  };
}
