import { describeStore, ended, facts, keptRun } from "@massgen/runs/testing";
import { hasPostgres, startPooler, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPostgresStore } from "../index.ts";

describe.skipIf(!hasPostgres)("a store on Postgres", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const key = Buffer.alloc(32, 7).toString("base64");

  describe("the store kit", () => {
    let url = "";
    describeStore({
      test,
      async open(again) {
        if (again === undefined) url = await server.newDatabase();
        return openPostgresStore({ url, keys: [key] });
      },
      durable: true,
    });
  });

  test("processes that start together share one secret, and hear of each other's facts", async () => {
    const url = await server.newDatabase();
    const [one, other] = await Promise.all([1, 2].map(() => openPostgresStore({ url })));
    if (one === undefined || other === undefined) throw new Error("two were opened");
    expect(await one.ownerSecret()).toBe(await other.ownerSecret());
    await one.create(keptRun("run_1"));
    const woken = Promise.withResolvers<void>();
    const stop = other.watch("run_1", woken.resolve);
    await one.append("run_1", 0, facts(2));
    await woken.promise;
    expect(await other.read("run_1", 0)).toEqual(facts(2));
    stop();
    await Promise.all([one.close(), other.close()]);
  });

  test("of writers in two processes at one place one writes its whole batch", async () => {
    const url = await server.newDatabase();
    const [one, other] = [await openPostgresStore({ url }), await openPostgresStore({ url })];
    await one.create(keptRun("run_1"));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).append("run_1", 0, facts(3, n * 1000))),
    );
    const winner = answers.indexOf("kept");
    expect(answers.filter((answer) => answer === "kept")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "taken")).toHaveLength(19);
    expect(await other.read("run_1", 0)).toEqual(facts(3, winner * 1000));
    await Promise.all([one.close(), other.close()]);
  });

  test("what is kept under a key is found under no other, and the store says which it was", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore({ url, keys: [key] });
    const run = keptRun("run_1");
    await store.create(run, facts(1));
    await store.close();
    const wrong = Buffer.alloc(32, 8).toString("base64");
    await expect(openPostgresStore({ url, keys: [wrong] })).rejects.toMatchObject({ reason: "sealed" });
    const rotated = await openPostgresStore({ url, keys: [wrong, key] });
    expect(await rotated.find("run_1")).toEqual(run);
    await expect(openPostgresStore({ url, keys: [wrong] })).rejects.toMatchObject({ reason: "sealed" });
    await rotated.remove("run_1");
    await rotated.close();
    const young = await openPostgresStore({ url, keys: [wrong] });
    expect(await young.ownerSecret()).toBe(await rotated.ownerSecret());
    await young.close();
  });

  test("a store that is opened to look only changes nothing", async () => {
    const url = await server.newDatabase();
    await expect(openPostgresStore({ url, readOnly: true })).rejects.toThrow(/is empty, or of an older version/);
    const store = await openPostgresStore({ url });
    await store.create(keptRun("run_1"), facts(1), ended);
    const reader = await openPostgresStore({ url, readOnly: true });
    expect(await reader.read("run_1", 0)).toEqual(facts(1));
    await expect(reader.append("run_1", 1, facts(1))).rejects.toThrow(/for reading only/);
    await Promise.all([store.close(), reader.close()]);
  });

  test("an id that Postgres cannot hold is one that nobody has", async () => {
    const store = await openPostgresStore({ url: await server.newDatabase() });
    expect(await store.find("run\0_1")).toBeUndefined();
    expect(await store.append("run\0_1", 0, facts(1))).toBe("gone");
    await store.close();
  });

  test("a crash of Postgres is told as such and outlived, and who watches is woken afterwards", async () => {
    const own = await startPostgres();
    const store = await openPostgresStore({ url: await own.newDatabase() });
    await store.create(keptRun("run_1"), facts(1));
    await own.halt();
    await expect(store.append("run_1", 1, facts(1))).rejects.toMatchObject({
      name: "StoreError",
      reason: "unavailable",
    });
    const woken = Promise.withResolvers<void>();
    const stop = store.watch("run_1", woken.resolve);
    await own.resume();
    await expect.poll(() => store.append("run_1", 1, facts(1, 10)).catch(() => "unavailable")).toBe("kept");
    await woken.promise;
    expect(await store.read("run_1", 0)).toEqual([...facts(1), ...facts(1, 10)]);
    stop();
    await store.close();
    await own.stop();
  });

  test("who listens is woken again after the connection for that was cut", async () => {
    const url = await server.newDatabase();
    const [one, other] = [await openPostgresStore({ url }), await openPostgresStore({ url })];
    await one.create(keptRun("run_1"));
    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'massgen presence'",
    );
    let woken = Promise.withResolvers<void>();
    const stop = other.watch("run_1", () => woken.resolve());
    await woken.promise;
    await expect
      .poll(async () => (await admin.query("select from pg_locks where locktype = 'advisory'")).rowCount)
      .toBe(2);
    woken = Promise.withResolvers();
    await one.append("run_1", 0, facts(1));
    await woken.promise;
    expect(await other.read("run_1", 0)).toEqual(facts(1));
    stop();
    await admin.end();
    await Promise.all([one.close(), other.close()]);
  });

  describe("a database that cannot be used is named, with what to do, and without its password", () => {
    const problemOf = (url: string): Promise<string> =>
      openPostgresStore({ url }).then(
        (store) => store.close().then(() => "none"),
        (error: unknown) => `${(error as { reason?: string }).reason}: ${(error as Error).message}`,
      );
    test("no address", async () => {
      expect(await problemOf("mysql://ada:hunter2@db/x")).toMatch(/^unsuitable: `store` is no address(?!.*hunter2)/);
    });
    test("nobody there", async () => {
      const problem = await problemOf("postgres://ada:hunter2@127.0.0.1:1/runs");
      expect(problem).toMatch(/^unavailable: the store postgres:\/\/127\.0\.0\.1:1\/runs: .*cannot be reached/);
      expect(problem).not.toContain("hunter2");
    });
    test("no such database", async () => {
      const url = (await server.newDatabase()).replace(/test_\d+/, "nowhere");
      expect(await problemOf(url)).toMatch(/^unsuitable: .*there is no such database/);
    });
    test("a user that may make no schema", async () => {
      const url = await server.newDatabase();
      const admin = new Client({ connectionString: url });
      await admin.connect();
      await admin.query("create role visitor login");
      await admin.end();
      const problem = await problemOf(url.replace("user=postgres", "user=visitor"));
      expect(problem).toMatch(/^unsuitable: .*the user lacks a right; it must own the schemas/);
    });
    test("a pooler in transaction mode; one in session mode is none", async () => {
      const url = await server.newDatabase();
      const transaction = await startPooler(server, "transaction");
      expect(await problemOf(transaction.addressOf(url))).toMatch(/^unsuitable: .*a pooler in transaction mode/);
      await transaction.stop();
      const session = await startPooler(server, "session");
      expect(await problemOf(session.addressOf(url))).toBe("none");
      await session.stop();
    });
  });
});
