import { randomBytes } from "node:crypto";
import type { Clock, Fact } from "@massgen/core";
import { type KeptLog, type RunStore, StoreError } from "@massgen/runs";
import {
  placeOf,
  questionIn,
  questionOf,
  runIn,
  type Sealer,
  type SummaryRow,
  toEndRow,
  toRow,
  toSummary,
  Watchers,
} from "@massgen/runs/parts";
import type { Database, Value } from "../database/database.ts";
import type { Presence } from "../database/presence.ts";
import { postgresSpending } from "./postgres-spending.ts";
import * as sql from "./statements.ts";

export interface StoreParts {
  readonly database: Database;
  readonly presence: Presence;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** What would write rejects. */
  readonly readOnly: boolean;
  /** Ends what the store stands on. */
  readonly closed: () => Promise<void>;
}

/** How often watchers look for themselves while nothing can be heard, in milliseconds. */
const deafMs = 2000;

/** PostgreSQL's codes for a key that is there already, and for one that it refers to and is not. */
const unique = "23505";
const foreign = "23503";

/**
 * A store on tables that are up to date.
 * @throws StoreError `sealed` when it was sealed with another key
 */
export async function storeOn({ database, presence, sealer, clock, readOnly, closed }: StoreParts): Promise<RunStore> {
  const { query, where } = database;
  const watchers = new Watchers();
  const secret = await settledSecret();
  const wake = (id: string | undefined): void => (id === undefined ? watchers.wakeAll() : watchers.wake(id));
  presence.listen("massgen_run", wake);
  let stopPolling = clock.setTimer(deafMs, poll);

  function poll(): void {
    if (!presence.isConnected()) watchers.wakeAll();
    stopPolling = clock.setTimer(deafMs, poll);
  }

  /**
   * The store's own secret: the first process makes it, and each seals it anew, so that an old key can leave once no
   * run is sealed with it. A wrong key shows here, before anything is served.
   */
  async function settledSecret(): Promise<string> {
    const name = "owner-secret";
    const made = randomBytes(32).toString("hex");
    if (!readOnly) {
      const insert = "insert into massgen.setting (name, value) values ($1, $2) on conflict do nothing";
      await query(insert, [name, sealer.seal(made, name)]);
    }
    const [kept] = await query<{ readonly value: Uint8Array }>("select value from massgen.setting where name = $1", [
      name,
    ]);
    const text = kept === undefined ? made : sealer.open(kept.value, name);
    for (const { id, head } of await query<{ readonly id: string; readonly head: Uint8Array }>(...sql.outermost())) {
      sealer.open(head, placeOf.head(id));
    }
    if (!readOnly)
      await query("update massgen.setting set value = $2 where name = $1", [name, sealer.seal(text, name)]);
    return text;
  }

  /** Writes, and wakes those here who would not hear of it: watchers of a run, of all of them, or (null) of none. */
  async function write<Row>(id: string | null | undefined, [text, values]: sql.Statement): Promise<readonly Row[]> {
    if (readOnly) throw new StoreError("unsuitable", `the store ${where} was opened for reading only`);
    const rows = await query<Row>(text, values);
    if (id !== null && !presence.isConnected()) wake(id);
    return rows;
  }

  function sealed(id: string, seq: number, facts: KeptLog): readonly Uint8Array[] {
    return facts.map((fact, at) => sealer.seal(JSON.stringify(fact), placeOf.fact(id, seq + at)));
  }

  return {
    durable: true,
    async create(run, log = [], end) {
      const question = questionOf(run.request);
      const begun = toRow(run, question, sealer);
      const row: Record<string, Value> = {
        ...begun,
        ...(end !== undefined && toEndRow(run.id, question, end, sealer)),
      };
      try {
        await write(run.id, sql.create(row, sealed(run.id, 0, log)));
        return begun.head.length;
      } catch (error) {
        throw codeOf(error) === unique ? new TypeError(`the run ${run.id} is kept already`, { cause: error }) : error;
      }
    },
    async find(id) {
      const [row] = await query<{ readonly head: Uint8Array }>("select head from massgen.run where id = $1", [id]);
      return row === undefined ? undefined : runIn(row.head, id, sealer);
    },
    async list(page) {
      const rows = await query<SummaryRow>(...sql.list(page));
      return rows.map((row) => toSummary(row, sealer));
    },
    async append(id, seq, facts) {
      try {
        const statement = sql.append(id, seq, sealed(id, seq, facts));
        const [row] = await write<{ readonly known: boolean; readonly added: number }>(id, statement);
        if (row?.known !== true) return "gone";
        return row.added === facts.length ? "kept" : "taken";
      } catch (error) {
        if (codeOf(error) === unique) return "taken";
        if (codeOf(error) === foreign) return "gone";
        throw error;
      }
    },
    async read(id, from) {
      const text = "select seq, body from massgen.fact where run = $1 and seq >= $2 order by seq";
      const rows = await query<{ readonly seq: number; readonly body: Uint8Array }>(text, [id, from]);
      return rows.map(({ seq, body }) => JSON.parse(sealer.open(body, placeOf.fact(id, seq))) as Fact);
    },
    watch: (id, wake) => watchers.watch(id, wake),
    async end(id, end, run) {
      const text = "select summary from massgen.run where id = $1 and ended_at is null";
      const [row] = await query<{ readonly summary: Uint8Array }>(text, [id]);
      if (row === undefined) return;
      await write(id, sql.end(id, toEndRow(id, questionIn(row.summary, id, sealer), end, sealer, run)));
    },
    async remove(id) {
      return (await write(id, sql.remove(id))).length > 0;
    },
    async expire(nowMs, most) {
      return (await write(undefined, sql.expire(nowMs, most))).length;
    },
    ownerSecret: async () => secret,
    spending: postgresSpending({ read: query, write: (text, values) => write(null, [text, values]) }),
    async ping() {
      await query("select 1");
    },
    async close() {
      stopPolling();
      await closed();
    },
  };
}

/** The SQLSTATE behind a StoreError. */
function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
