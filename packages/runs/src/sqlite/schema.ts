import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";

/** Raised when the tables change; older ones are then brought up to date at the start. */
const version = 4;

/** What is spent in a day, by the name of a key. */
const keyDay = `
  create table key_day (
    key text not null,
    day text not null,
    reserved real not null,
    spent real not null,
    primary key (key, day)
  ) strict, without rowid;
`;

/**
 * Holds all that lists filter by, so that a filter which lets few through reads this and not the rows, which are a
 * hundred times as long.
 */
const newest = `create index run_list
    on run (created_at desc, row desc, owner, wire, history_only, team, outcome, degraded, model, ended_at);`;

/**
 * What is in clear is what lists filter by. `head`, `summary` and `body` are sealed where there is a key. Newest first
 * is by time and then by row, because two runs may begin in one millisecond.
 */
const tables = `
  create table run (
    row integer primary key,
    id text not null unique,
    owner text not null,
    wire text not null,
    previous text,
    background integer not null,
    history_only integer not null,
    rules integer not null,
    created_at integer not null,
    expires_at integer not null,
    ended_at integer,
    team text not null,
    model text,
    outcome text,
    degraded integer,
    calls integer,
    tokens integer,
    cost_usd real,
    summary blob not null,
    head blob not null
  ) strict;
  create table fact (
    run text not null references run (id) on delete cascade,
    seq integer not null,
    body blob not null,
    primary key (run, seq)
  ) strict, without rowid;
  create index run_open on run (created_at) where ended_at is null;
  create index run_expiry on run (expires_at);
  ${newest}
  create index run_owner on run (owner, created_at desc, row desc);
  create index run_wire on run (owner, wire, created_at desc, row desc);
  create table setting (name text primary key, value blob not null) strict;
  ${keyDay}
`;

/** What brings a file of each version to the next one. */
const upgrades: ReadonlyMap<number, string> = new Map([
  [
    1,
    `alter table run add column wire text not null default '/v1/responses';
     create index run_wire on run (owner, wire, created_at desc, row desc);`,
  ],
  [2, `alter table run add column history_only integer not null default 0; drop index run_newest; ${newest}`],
  [3, keyDay],
]);

/** Marks a file as ours: "MGEN". */
const applicationId = 0x4d_47_45_4e;

/**
 * Creates the tables in a new file.
 * @throws StoreError `unsuitable` for another program's file, and one of a newer version
 */
export function prepareSchema(db: DatabaseSync, file: string): void {
  const found = figure(db, "user_version");
  if (isEmpty(db)) {
    db.exec(`begin immediate; ${tables} pragma application_id = ${applicationId}; pragma user_version = ${version};`);
    db.exec("commit");
    return;
  }
  checkOurs(db, file, found);
  for (let at = found; at < version; at += 1) {
    db.exec(`begin immediate; ${upgrades.get(at) ?? ""} pragma user_version = ${at + 1}; commit;`);
  }
}

/** @throws StoreError `outdated` for an older file, which a writer brings up to date, `unsuitable` for any other */
export function checkSchema(db: DatabaseSync, file: string): void {
  const found = figure(db, "user_version");
  checkOurs(db, file, found);
  if (found < version) {
    throw new StoreError("outdated", `${file} is of an older version; start massgen serve on it once`);
  }
}

function checkOurs(db: DatabaseSync, file: string, found: number): void {
  if (figure(db, "application_id") !== applicationId) {
    throw new StoreError("unsuitable", `${file} is a database of another program; name another file in \`store\``);
  }
  if (found > version) {
    throw new StoreError("unsuitable", `${file} was written by a newer version of massgen; update this one`);
  }
}

function figure(db: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]);
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare("select 1 from sqlite_schema limit 1").get() === undefined;
}
