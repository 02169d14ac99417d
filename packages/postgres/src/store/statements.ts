import { conditionsOf, summaryColumns } from "@massgen/runs/parts";
import type { RunPage } from "@massgen/runs";
import type { Value } from "../database/database.ts";

/** A statement and its values. */
export type Statement = readonly [text: string, values: readonly Value[]];

/** Keeps a run and its first facts, and tells the others: one statement, so all of it or nothing. */
export function create(row: Readonly<Record<string, Value>>, bodies: readonly Uint8Array[]): Statement {
  const columns = Object.keys(row);
  const places = columns.map((_, at) => `$${at + 1}`);
  const text = `
    with made as (
      insert into massgen.run (${columns.join(", ")}) values (${places.join(", ")}) returning id
    ), facts as (
      insert into massgen.fact (run, seq, body)
      select made.id, fact.place - 1, fact.body
      from made, unnest($${columns.length + 1}::bytea[]) with ordinality as fact (body, place)
    )
    select pg_notify('massgen_run', id) from made`;
  return [text, [...Object.values(row), bodies]];
}

/**
 * Keeps facts directly behind the last one, or none. Whoever comes second at a place meets the primary key: a violation
 * of it is `taken` as well.
 */
export function append(id: string, seq: number, bodies: readonly Uint8Array[]): Statement {
  const text = `
    with known as (
      select id from massgen.run where id = $1
    ), added as (
      insert into massgen.fact (run, seq, body)
      select known.id, $2::int + fact.place - 1, fact.body
      from known, unnest($3::bytea[]) with ordinality as fact (body, place)
      where ($2::int = 0 or exists (select from massgen.fact where run = $1 and seq = $2::int - 1))
        and not exists (select from massgen.fact where run = $1 and seq >= $2::int)
      returning run
    )
    select
      exists (select from known) as known,
      (select count(*) from added) as added,
      (select count(pg_notify('massgen_run', run)) from (select run from added limit 1) as told) as told`;
  return [text, [id, seq, bodies]];
}

export function end(id: string, row: Readonly<Record<string, Value>>): Statement {
  const changes = Object.keys(row).map((column, at) => `${column} = $${at + 2}`);
  const text = `
    with changed as (
      update massgen.run set ${changes.join(", ")} where id = $1 and ended_at is null returning id
    )
    select pg_notify('massgen_run', id) from changed`;
  return [text, [id, ...Object.values(row)]];
}

export function remove(id: string): Statement {
  const text = `
    with removed as (delete from massgen.run where id = $1 returning id)
    select pg_notify('massgen_run', id) from removed`;
  return [text, [id]];
}

/** Two that do it at once take different rows. */
export function expire(nowMs: number, most: number): Statement {
  const text = `
    with over as (
      select id from massgen.run where expires_at <= $1 order by expires_at limit $2 for update skip locked
    ), removed as (
      delete from massgen.run using over where run.id = over.id returning run.id
    )
    select pg_notify('massgen_run', id) from removed`;
  return [text, [nowMs, most]];
}

/** The heads of the oldest and the newest run. */
export function outermost(): Statement {
  const columns = "select id, head from massgen.run order by created_at";
  return [`(${columns}, number limit 1) union all (${columns} desc, number desc limit 1)`, []];
}

export function list({ limit, after, ...filter }: RunPage): Statement {
  const values: Value[] = [limit];
  const place = (value: Value): string => `$${values.push(value)}`;
  const conditions = [
    ...(after === undefined
      ? []
      : [`(created_at, number) < (select created_at, number from massgen.run where id = ${place(after)})`]),
    ...conditionsOf(filter, place),
  ];
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  return [`select ${summaryColumns} from massgen.run ${where} order by created_at desc, number desc limit $1`, values];
}
