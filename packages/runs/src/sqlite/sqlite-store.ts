import { randomBytes } from "node:crypto";
import { realpath } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { type Clock, type Fact, systemClock } from "@massgen/core";
import { type KeptLog, type KeptRun, questionOf, type RunEnd } from "../kept-run.ts";
import { conditionsOf } from "../run-filter.ts";
import type { Appended, RunFilter, RunPage, RunStore } from "../run-store.ts";
import {
  openJson,
  placeOf,
  questionIn,
  runIn,
  summaryColumns,
  type SummaryRow,
  toEndRow,
  toRow,
  toSummary,
} from "../rows.ts";
import { createSealer, type Sealer } from "../sealer.ts";
import { StoreError } from "../store-error.ts";
import { Watchers } from "../watchers.ts";
import { refuseOtherFile } from "./file-header.ts";
import { refuseNetworkFile } from "./network-file-system.ts";
import { checkSchema, prepareSchema } from "./schema.ts";
import { storeErrorOf } from "./sqlite-error.ts";
import { sqliteSpending } from "./sqlite-spending.ts";
import { statementsOf } from "./statements.ts";
import { probeBytes, writeProbe } from "./write-probe.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

export interface SqliteStoreOptions {
  /** The file; made where there is none. */
  readonly file: string;
  /** See `createSealer`. */
  readonly keys?: readonly string[];
  /**
   * `normal` (default): a killed process loses nothing, a power cut may lose the last moments. `full`: nor does a power
   * cut, and each write waits for the disk.
   */
  readonly sync?: "normal" | "full";
  /** Opens it beside the one writer, to look only: what would write rejects. */
  readonly readOnly?: boolean;
  readonly clock?: Pick<Clock, "now">;
}

/** The setting that stands in the file while no process writes to it, if the last one closed it. */
const closedMark = "closed";

/** How long a statement waits for another process that reads or copies the file, in milliseconds. */
const busyMs = 5000;

/**
 * Keeps runs in one SQLite file, of which this process is the only writer. Statements run where they are called, in
 * well under a millisecond.
 *
 * @throws StoreError for a file that cannot be used, with the reason
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<RunStore> {
  const { file, keys = [], sync = "normal", readOnly = false, clock = systemClock } = options;
  const sealer = createSealer(keys);
  await refuseNetworkFile(file);
  await refuseOtherFile(file);
  let lock: WriterLock | undefined;
  let db: DatabaseSync | undefined;
  try {
    // The same file by another name has the same lock.
    lock = readOnly ? undefined : takeWriterLock(await realpath(file).catch(() => file));
    db = new DatabaseSync(file, { timeout: busyMs, readOnly, enableForeignKeyConstraints: true });
    if (readOnly) checkSchema(db, file);
    else {
      // Who removes a run wants its text off the disk, not on a free page.
      db.exec(`pragma journal_mode = wal; pragma synchronous = ${sync}; pragma secure_delete = on;`);
      prepareSchema(db, file);
    }
    return storeOn(db, file, sealer, lock, clock);
  } catch (error) {
    db?.close();
    lock?.release();
    throw storeErrorOf(error, file);
  }
}

function storeOn(
  db: DatabaseSync,
  file: string,
  sealer: Sealer,
  lock: WriterLock | undefined,
  clock: Pick<Clock, "now">,
): RunStore {
  const watchers = new Watchers();
  const sql = statementsOf(db);
  const secret = settledSecret();
  const probe = writeProbe(clock, () => writing(() => void sql.set.run("probe", probeBytes)));
  const closedWell = lock !== undefined && Number(sql.unset.run(closedMark).changes) > 0;

  /**
   * The store's own secret, sealed anew at each start, so that an old key can leave once no run is sealed with it. A
   * wrong key shows here, before anything is served.
   */
  function settledSecret(): string {
    const kept = sql.setting.get("owner-secret") as { readonly value: Uint8Array } | undefined;
    const text = kept === undefined ? randomBytes(32).toString("hex") : sealer.open(kept.value, "owner-secret");
    for (const ends of [sql.oldest, sql.newest]) {
      const run = ends.get() as { readonly id: string; readonly head: Uint8Array } | undefined;
      if (run !== undefined) sealer.open(run.head, placeOf.head(run.id));
    }
    if (lock !== undefined) sql.set.run("owner-secret", sealer.seal(text, "owner-secret"));
    return text;
  }

  /** Does something in SQLite. */
  async function within<T>(work: () => T): Promise<T> {
    if (!db.isOpen) throw new StoreError("closed", `the store ${file} is closed`);
    try {
      return work();
    } catch (error) {
      throw storeErrorOf(error, file);
    }
  }

  /** Writes all of something, or nothing. */
  function writing<T>(work: () => T): Promise<T> {
    return within(() => {
      if (lock === undefined) throw new StoreError("unsuitable", `${file} was opened for reading only`);
      db.exec("begin immediate");
      try {
        const result = work();
        db.exec("commit");
        probe.worked();
        return result;
      } catch (error) {
        probe.failed();
        // A full disk may have ended the transaction already.
        if (db.isTransaction) db.exec("rollback");
        throw error;
      }
    });
  }

  function addFacts(id: string, seq: number, facts: KeptLog): void {
    for (const [at, fact] of facts.entries()) {
      const place = seq + at;
      sql.addFact.run(id, place, sealer.seal(JSON.stringify(fact), placeOf.fact(id, place)));
    }
  }

  function appendFacts(id: string, seq: number, facts: KeptLog): Appended {
    const found = sql.next.get(id) as { readonly next: number } | undefined;
    if (found === undefined) return "gone";
    if (found.next !== seq) return "taken";
    addFacts(id, seq, facts);
    return "kept";
  }

  function noteEnd(id: string, end: RunEnd, run?: KeptRun): void {
    const row = sql.summary.get(id) as Pick<SummaryRow, "summary"> | undefined;
    if (row === undefined) return;
    sql.end.run({ id, head: null, ...toEndRow(id, questionIn(row.summary, id, sealer), end, sealer, run) });
  }

  function rowsOf({ limit, after, ...filter }: RunPage): readonly SummaryRow[] {
    const values: (string | number)[] = [];
    const place = (value: string | number): string => `?${values.push(value)}`;
    const conditions = [
      ...(after === undefined
        ? []
        : [`(created_at, row) < (select created_at, row from run where id = ${place(after)})`]),
      ...conditionsOf(filter, place),
    ];
    const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
    const rows = `select row from run ${indexFor(filter)} ${where}`;
    const order = "order by created_at desc, row desc";
    const query = `select ${summaryColumns} from run where row in (${rows} ${order} limit ${place(limit)}) ${order}`;
    return db.prepare(query).all(...values) as unknown as readonly SummaryRow[];
  }

  return {
    durable: true,
    closedWell,
    create: (run, log = [], end) =>
      writing(() => {
        const row = toRow(run, questionOf(run.request), sealer);
        sql.create.run(row);
        addFacts(run.id, 0, log);
        if (end !== undefined) noteEnd(run.id, end);
        return row.head.length;
      }),
    find: (id) =>
      within(() => {
        const row = sql.find.get(id) as { readonly head: Uint8Array } | undefined;
        return row === undefined ? undefined : runIn(row.head, id, sealer);
      }),
    list: (page) => within(() => rowsOf(page).map((row) => toSummary(row, sealer))),
    async append(id, seq, facts) {
      const appended = await writing(() => appendFacts(id, seq, facts));
      if (appended === "kept") watchers.wake(id);
      return appended;
    },
    read: (id, from) =>
      within(() => {
        const rows = sql.read.all(id, from) as unknown as readonly {
          readonly seq: number;
          readonly body: Uint8Array;
        }[];
        return rows.map(({ seq, body }) => openJson(sealer, body, placeOf.fact(id, seq)) as Fact);
      }),
    watch: (id, wake) => watchers.watch(id, wake),
    async end(id, end, run) {
      await writing(() => noteEnd(id, end, run));
      watchers.wake(id);
    },
    async remove(id) {
      const removed = await writing(() => Number(sql.remove.run(id).changes) > 0);
      if (removed) watchers.wake(id);
      return removed;
    },
    async expire(nowMs, most) {
      const rows = await writing(() => sql.expire.all(nowMs, most) as unknown as readonly { readonly id: string }[]);
      for (const { id } of rows) watchers.wake(id);
      return rows.length;
    },
    ownerSecret: async () => secret,
    spending: sqliteSpending(db, { reading: within, writing }),
    ping: () => (lock === undefined ? within(() => void sql.setting.get("owner-secret")) : probe.ask()),
    async close() {
      // Where there is no room for it, the next process takes this one for lost.
      if (lock !== undefined) await within(() => sql.set.run(closedMark, Buffer.of(1))).catch(() => undefined);
      await within(() => {
        db.close();
        lock?.release();
      });
      watchers.wakeAll();
    },
  };
}

/** An owner's runs, or those of a wire, have an index of their own, which says nothing of what became of them. */
function indexFor({ outcome, degraded, model, team }: RunFilter): string {
  const asks = [outcome, degraded, model, team].some((value) => value !== undefined);
  return asks ? "indexed by run_list" : "";
}
