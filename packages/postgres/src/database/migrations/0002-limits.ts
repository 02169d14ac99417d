/**
 * Account limits that all processes share, measured by the database's clock. Usage is counted in one-second buckets. A
 * bucket counts while any part of it may lie within the last 60 seconds, so the sum is never too low.
 *
 * Call `take_turn` on a long-lived connection, because the slot it takes is a session lock. It takes the slot last: the
 * lock would survive a later error in the same statement.
 */
export const limits = `
  create table massgen.rate_window (
    account text not null,
    second bigint not null,
    calls int not null,
    tokens bigint not null,
    primary key (account, second)
  );
  create table massgen.pause (
    account text not null,
    model text not null,
    until timestamptz not null,
    primary key (account, model)
  );

  create function massgen.slot_lock(for_account text, slot int) returns bigint language sql immutable
    as $$ select hashtextextended('massgen slot ' || slot || ' of ' || for_account, 0) $$;

  create function massgen.take_turn(
    for_account text, for_model text, needs bigint, most_calls bigint, most_tokens bigint, free_slots int[],
    out waits_for text, out wait_ms bigint, out slot int, out sent_at bigint
  ) language plpgsql as $$
  declare
    now_ms bigint;
    calls_left bigint;
    tokens_left bigint;
    bucket record;
    one int;
  begin
    perform pg_advisory_xact_lock(hashtextextended('massgen account ' || for_account, 0));
    now_ms := floor(extract(epoch from clock_timestamp()) * 1000);
    sent_at := now_ms / 1000;

    select ceil(extract(epoch from p.until) * 1000) - now_ms into wait_ms
      from massgen.pause p where p.account = for_account and p.model = for_model;
    if wait_ms > 0 then
      waits_for := 'pause';
      return;
    end if;

    -- Seconds far ahead are of a clock that was set back since.
    delete from massgen.rate_window w
      where w.account = for_account and (w.second < sent_at - 60 or w.second > sent_at + 60);
    select most_calls - coalesce(sum(w.calls), 0), most_tokens - coalesce(sum(w.tokens), 0)
      into calls_left, tokens_left from massgen.rate_window w where w.account = for_account;
    -- A call that needs more than a whole minute's tokens would never fit: it is sent alone.
    if calls_left <= 0 or (tokens_left < needs and tokens_left < most_tokens) then
      waits_for := case when calls_left <= 0 then 'calls' else 'tokens' end;
      for bucket in
        select w.second, w.calls, w.tokens from massgen.rate_window w where w.account = for_account order by w.second
      loop
        wait_ms := (bucket.second + 61) * 1000 - now_ms;
        calls_left := calls_left + bucket.calls;
        tokens_left := tokens_left + bucket.tokens;
        exit when calls_left > 0 and (waits_for = 'calls' or tokens_left >= needs or tokens_left >= most_tokens);
      end loop;
      return;
    end if;

    wait_ms := null;
    insert into massgen.rate_window as w values (for_account, sent_at, 1, needs)
      on conflict (account, second) do update set calls = w.calls + 1, tokens = w.tokens + excluded.tokens;
    if free_slots is null then return; end if;
    foreach one in array free_slots loop
      if pg_try_advisory_lock(massgen.slot_lock(for_account, one)) then
        slot := one;
        return;
      end if;
    end loop;
    update massgen.rate_window w set calls = w.calls - 1, tokens = w.tokens - needs
      where w.account = for_account and w.second = sent_at;
    waits_for := 'slot';
    perform pg_notify('massgen_limit', 'wanted ' || for_account);
  end $$;

  -- What was used, null where that is not known. What exceeds the estimate counts from now.
  create function massgen.end_turn(
    for_account text, sent_at bigint, expected bigint, used bigint, was_sent boolean, slot int
  ) returns void language plpgsql as $$
  begin
    if slot is not null then perform pg_advisory_unlock(massgen.slot_lock(for_account, slot)); end if;
    if not was_sent then
      update massgen.rate_window w set calls = w.calls - 1, tokens = w.tokens - expected
        where w.account = for_account and w.second = sent_at;
    elsif used < expected then
      update massgen.rate_window w set tokens = w.tokens - (expected - used)
        where w.account = for_account and w.second = sent_at;
    elsif used > expected then
      insert into massgen.rate_window as w
        values (for_account, floor(extract(epoch from clock_timestamp())), 0, used - expected)
        on conflict (account, second) do update set tokens = w.tokens + excluded.tokens;
    end if;
    perform pg_notify('massgen_limit', 'free ' || for_account);
  end $$;

  create function massgen.pause_model(for_account text, for_model text, ms bigint) returns void language plpgsql as $$
  begin
    delete from massgen.pause p where p.until < clock_timestamp() - interval '1 minute';
    insert into massgen.pause as p
      values (for_account, for_model, clock_timestamp() + ms * interval '1 millisecond')
      on conflict (account, model) do update set until = greatest(p.until, excluded.until);
    perform pg_notify('massgen_limit', 'free ' || for_account);
  end $$;
`;
