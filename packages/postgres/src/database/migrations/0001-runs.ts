/**
 * Runs and their facts. What is in clear is what lists filter by; `head`, `summary` and `body` are sealed where there
 * is a key. `number` tells apart runs that began in one millisecond. `holder` is the process that drives a run.
 */
export const runs = `
  create table massgen.run (
    number bigint generated always as identity unique,
    id text primary key,
    owner text not null,
    previous text,
    background int not null,
    rules int not null,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint,
    holder text,
    team text not null,
    model text,
    outcome text,
    degraded int,
    calls int,
    tokens bigint,
    cost_usd double precision,
    summary bytea not null,
    head bytea not null
  );
  create table massgen.fact (
    run text not null references massgen.run (id) on delete cascade,
    seq int not null,
    body bytea not null,
    primary key (run, seq)
  );
  create index run_open on massgen.run (rules) where ended_at is null;
  create index run_expiry on massgen.run (expires_at);
  create index run_newest on massgen.run (created_at desc, number desc);
  create index run_owner on massgen.run (owner, created_at desc, number desc);
  create table massgen.setting (name text primary key, value bytea not null);
`;
