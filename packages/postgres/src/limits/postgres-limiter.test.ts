import { spawn } from "node:child_process";
import { once } from "node:events";
import { type CallToSend, type Clock, type Limiter, type QueueWait, systemClock, type Turn } from "@massgen/core";
import type { RunStore } from "@massgen/runs";
import { hasPostgres, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgres } from "../index.ts";

describe.skipIf(!hasPostgres)("limits that processes share", () => {
  let server: TestPostgres;
  let url: string;
  let admin: Client;
  let stores: RunStore[];
  let warnings: string[];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.newDatabase();
    stores = [];
    warnings = [];
    admin = new Client({ connectionString: url });
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    for (const store of stores) await store.close();
  });

  /** The limiter of one process. */
  async function limiter(clock: Clock = systemClock): Promise<Limiter> {
    const opened = await openPostgres({ url, clock, failed: (message) => warnings.push(message) });
    stores.push(opened.store);
    return given(opened.limiter);
  }

  test("are kept by nobody where each process is to keep its own", async () => {
    const opened = await openPostgres({ url, sharedLimits: false });
    stores.push(opened.store);
    expect(opened.limiter).toBeUndefined();
    const names = await admin.query("select from pg_stat_activity where application_name = 'massgen limits'");
    expect(names.rowCount).toBe(0);
  });

  function given(of: Limiter | undefined): Limiter {
    if (of === undefined) throw new TypeError("limits are shared by default");
    return of;
  }

  function call(more: Partial<CallToSend> = {}): CallToSend {
    return { model: "m", tokens: 10, signal: new AbortController().signal, onQueued: () => {}, ...more };
  }

  /** A call that waits, its turn, and what it was told. */
  async function waiting(
    of: Limiter,
    more: Partial<CallToSend> = {},
  ): Promise<{ turn: Promise<Turn>; wait: QueueWait }> {
    const queued = Promise.withResolvers<QueueWait>();
    const turn = of.acquire("account", call({ ...more, onQueued: queued.resolve }));
    turn.catch(() => {});
    return { turn, wait: await queued.promise };
  }

  /** What the database counts of the last 60 seconds. */
  async function counted(): Promise<unknown> {
    const text = "select sum(calls)::int as calls, sum(tokens)::int as tokens from massgen.rate_window";
    return (await admin.query(text)).rows[0];
  }

  /** Why the database would let no call of the first test go now. */
  async function refusal(): Promise<unknown> {
    const { rows } = await admin.query("select waits_for from massgen.take_turn('account', 'm', 10, 10, 1000, null)");
    return (rows[0] as { readonly waits_for: unknown }).waits_for;
  }

  /** Lets time pass for the limits: what was sent was sent so many seconds earlier. Then processes ask again. */
  async function pass(seconds: number): Promise<void> {
    await admin.query(`begin;
      create temp table moved on commit drop as select * from massgen.rate_window;
      delete from massgen.rate_window;
      insert into massgen.rate_window select account, second - ${seconds}, calls, tokens from moved;
      update massgen.pause set until = until - interval '${seconds} seconds';
      commit;
      select pg_notify('massgen_limit', 'free account')`);
  }

  test("two processes together send no more calls than the limit within any 60 seconds", async () => {
    const both = [await limiter(), await limiter()];
    for (const one of both) one.limit("account", { requestsPerMinute: 10 });
    const sent: Turn[] = [];
    const enough = async (count: number): Promise<void> => {
      await expect.poll(() => sent.length).toBe(count);
    };
    for (let n = 0; n < 30; n += 1) {
      void both[n % 2]?.acquire("account", call()).then((turn) => sent.push(turn));
    }
    await enough(10);
    expect(await refusal()).toBe("calls");
    await pass(59);
    expect(await refusal()).toBe("calls");
    expect(await counted()).toEqual({ calls: 10, tokens: 100 });
    expect(sent).toHaveLength(10);
    await pass(2);
    await enough(20);
    expect(await counted()).toEqual({ calls: 10, tokens: 100 });
    await pass(61);
    await enough(30);
  });

  test("tokens are booked as expected, and corrected when the call has ended", async () => {
    const [one, other] = [await limiter(), await limiter()];
    for (const each of [one, other]) each.limit("account", { tokensPerMinute: 100 });
    const turn = await one.acquire("account", call({ tokens: 90 }));
    const { turn: next, wait } = await waiting(other, { tokens: 50 });
    expect(wait).toEqual({ leastMs: 0, reason: "tokens_per_minute 100" });
    turn.end(20);
    turn.end(90);
    const second = await next;
    expect(await counted()).toEqual({ calls: 2, tokens: 70 });
    second.end(500);
    await expect.poll(counted).toEqual({ calls: 2, tokens: 520 });
    expect((await waiting(one)).wait.reason).toBe("tokens_per_minute 100");
  });

  test("a call that was not sent counts for nothing, and one larger than the limit goes alone", async () => {
    const one = await limiter();
    one.limit("account", { requestsPerMinute: 1, tokensPerMinute: 100 });
    (await one.acquire("account", call({ tokens: 500 }))).cancel();
    await one.acquire("account", call({ tokens: 500 }));
    expect((await waiting(one)).wait.leastMs).toBeGreaterThan(30_000);
  });

  test("places are shared: one that is freed goes to the process that waits", async () => {
    const [one, other] = [await limiter(), await limiter()];
    for (const each of [one, other]) each.limit("account", { maxConcurrency: 2 });
    const turns = [await one.acquire("account", call()), await one.acquire("account", call())];
    const { turn } = await waiting(other);
    await expect.poll(() => turns[0]?.isWanted()).toBe(true);
    turns[0]?.end();
    await turn;
    expect((await waiting(one)).wait.reason).toBe("max_concurrency 2");
  });

  test("places of a process that is killed are free", async () => {
    const script = `
      const { openPostgres } = await import(process.argv[1]);
      const { limiter } = await openPostgres({ url: process.argv[2] });
      limiter.limit("account", { maxConcurrency: 1 });
      const { signal } = new AbortController();
      await limiter.acquire("account", { model: "m", tokens: 10, signal, onQueued() {} });
      console.log("held");
    `;
    const flags = ["--conditions=massgen-source", "--input-type=module", "-e", script];
    const module = new URL("../index.ts", import.meta.url).href;
    const holder = spawn(process.execPath, [...flags, module, url], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    const other = await limiter();
    other.limit("account", { maxConcurrency: 1 });
    const { turn, wait } = await waiting(other);
    expect(wait.reason).toBe("max_concurrency 1");
    holder.kill("SIGKILL");
    await turn;
  });

  describe("while the database does not answer", () => {
    const lock = "hashtextextended('massgen account account', 0)";

    test("a process goes on with its share, and says so once; what is answered late counts", async () => {
      const [other, one] = [await limiter(), await limiter()];
      for (const each of [one, other]) each.limit("account", { requestsPerMinute: 5 });
      await admin.query(`select pg_advisory_lock(${lock})`);
      await one.acquire("account", call());
      await one.acquire("account", call());
      expect((await waiting(one)).wait.reason).toBe("requests_per_minute 5");
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/shared limits do not answer.* a share of 1 in 2$/);
      await admin.query(`select pg_advisory_unlock(${lock})`);
      await expect.poll(async () => ((await counted()) as { calls: number }).calls).toBeGreaterThanOrEqual(2);
      await other.acquire("account", call());
    });

    test("an end of the server is outlived", async () => {
      const own = await startPostgres();
      const { store, limiter } = await openPostgres({
        url: await own.newDatabase(),
        failed: (message) => warnings.push(message),
      });
      const one = given(limiter);
      one.limit("account", { maxConcurrency: 1 });
      const turn = await one.acquire("account", call());
      await own.halt();
      const { turn: next } = await waiting(one);
      turn.end();
      (await next).end();
      expect(warnings[0]).toMatch(/keeps to all of them$/);
      await own.resume();
      await expect
        .poll(() =>
          store
            .ping()
            .then(() => "up")
            .catch(() => "down"),
        )
        .toBe("up");
      (await one.acquire("account", call())).end();
      await store.close();
      await own.stop();
    });
  });

  test("a pause holds the model back in every process, and no other", async () => {
    const [one, other] = [await limiter(), await limiter()];
    for (const each of [one, other]) each.limit("account", { requestsPerMinute: 100 });
    one.pause("account", "m", 30_000);
    await expect.poll(async () => (await admin.query("select from massgen.pause")).rowCount).toBe(1);
    const { turn, wait } = await waiting(other);
    expect(wait.reason).toBe("its provider asked for a pause");
    expect(wait.leastMs).toBeGreaterThan(20_000);
    await other.acquire("account", call({ model: "another" }));
    expect(turn).toBeInstanceOf(Promise);
  });

  test("a call that gives up leaves the line at once, and nothing of it is counted", async () => {
    const one = await limiter();
    one.limit("account", { maxConcurrency: 1 });
    const first = await one.acquire("account", call());
    const leaving = new AbortController();
    const { turn } = await waiting(one, { signal: leaving.signal });
    const { turn: last } = await waiting(one);
    leaving.abort(new Error("left"));
    await expect(turn).rejects.toThrow("left");
    first.end();
    (await last).end();
    expect(await counted()).toEqual({ calls: 2, tokens: 20 });
  });
});
