import type { DatabaseSync, StatementSync } from "node:sqlite";

/** What a store says to SQLite, prepared once. */
export interface Statements {
  readonly create: StatementSync;
  readonly find: StatementSync;
  readonly oldest: StatementSync;
  readonly newest: StatementSync;
  /** The number of a run's next fact; no row for an unknown run. */
  readonly next: StatementSync;
  readonly addFact: StatementSync;
  readonly read: StatementSync;
  /** Of a run that has not ended. */
  readonly summary: StatementSync;
  readonly end: StatementSync;
  readonly remove: StatementSync;
  readonly expire: StatementSync;
  readonly setting: StatementSync;
  readonly set: StatementSync;
  readonly unset: StatementSync;
}

export function statementsOf(db: DatabaseSync): Statements {
  return {
    create: db.prepare(
      `insert into run (id, owner, wire, previous, background, history_only, rules, created_at, expires_at, team, summary,
       head) values (:id, :owner, :wire, :previous, :background, :history_only, :rules, :created_at, :expires_at, :team,
       :summary, :head)`,
    ),
    find: db.prepare("select head from run where id = ?"),
    oldest: db.prepare("select id, head from run order by created_at, row limit 1"),
    newest: db.prepare("select id, head from run order by created_at desc, row desc limit 1"),
    next: db.prepare(
      "select coalesce((select max(seq) + 1 from fact where fact.run = run.id), 0) as next from run where id = ?",
    ),
    addFact: db.prepare("insert into fact (run, seq, body) values (?, ?, ?)"),
    read: db.prepare("select seq, body from fact where run = ? and seq >= ? order by seq"),
    summary: db.prepare("select summary from run where id = ? and ended_at is null"),
    end: db.prepare(
      `update run set ended_at = :ended_at, model = :model, outcome = :outcome, degraded = :degraded, calls = :calls,
       tokens = :tokens, cost_usd = :cost_usd, summary = :summary, head = coalesce(:head, head) where id = :id`,
    ),
    remove: db.prepare("delete from run where id = ?"),
    expire: db.prepare(
      "delete from run where row in (select row from run where expires_at <= ? order by expires_at limit ?) returning id",
    ),
    setting: db.prepare("select value from setting where name = ?"),
    set: db.prepare("insert or replace into setting (name, value) values (?, ?)"),
    unset: db.prepare("delete from setting where name = ?"),
  };
}
