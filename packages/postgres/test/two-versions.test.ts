// Servers of two releases on one database, of which the newer has raised the number of the rules.
import type { LoggedEvent } from "@massgen/core";
import type { Keeper, KeptRun } from "@massgen/runs";
import { hasPostgresForLong, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OtherProcess } from "./other-process.ts";
import { callsOfARun, Team } from "./team.ts";

describe.skipIf(!hasPostgresForLong)("two versions on one database", () => {
  let server: TestPostgres;
  let url: string;
  let asked: string[];
  let team: Team;
  let old: OtherProcess;
  let keepers: Keeper[];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.newDatabase();
    asked = [];
    keepers = [];
    team = new Team((what) => asked.push(what));
    old = await OtherProcess.start(url);
  });
  afterEach(async () => {
    team.letGo();
    for (const keeper of keepers) await keeper.close(0);
    await old.signal("SIGKILL");
  });

  async function newer(version: number, orphanMs?: number): Promise<Keeper> {
    const keeper = await team.keeper(url, 64, { version, orphanMs });
    keepers.push(keeper);
    return keeper;
  }

  /** Makes runs old enough to be taken by others. */
  async function age(): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("update massgen.run set created_at = created_at - 60000");
    await client.end();
  }

  async function seen(keeper: Keeper, run: KeptRun): Promise<readonly LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for await (const event of keeper.events(run)) events.push(event);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
    return events;
  }

  const resultOf = (events: readonly LoggedEvent[]): unknown => {
    const last = events.at(-1);
    return last?.type === "run-finished" ? last.result : undefined;
  };

  async function found(keeper: Keeper, id: string): Promise<KeptRun> {
    const run = await keeper.find(id);
    if (run === undefined) throw new Error(`${id} is not kept`);
    return run;
  }

  test("each takes its own runs, and sees those of the other", async () => {
    const keeper = await newer(2);
    const mine = team.run("run_new", 2);
    await keeper.accept(mine);
    old.tell({ accept: "run_old" });
    await old.reached("asked", 3);
    await expect.poll(() => asked.length).toBe(3);
    team.letGo();
    expect(resultOf(await seen(keeper, mine))).toMatchObject({ status: "answered", text: "the answer" });
    old.tell({ letGo: true });
    const theirs = await found(keeper, "run_old");
    expect(resultOf(await seen(keeper, theirs))).toMatchObject({ status: "answered", text: "the answer" });
    expect([asked.length, old.asked()]).toEqual([callsOfARun, callsOfARun]);
  });

  test("what the older leaves open goes on in the newer, if it folds the same", async () => {
    const keeper = await newer(2);
    old.tell({ accept: "run_dead" });
    old.tell({ accept: "run_other" });
    await old.reached("asked", 6);
    const run = await found(keeper, "run_dead");
    const before: LoggedEvent[] = [];
    for await (const event of keeper.events(run, { follow: false })) before.push(event);
    expect(asked).toEqual([]);
    await old.signal("SIGKILL");
    await age();
    team.letGo();
    const events = await seen(keeper, run);
    expect(events.slice(0, before.length)).toEqual(before);
    expect(resultOf(events)).toMatchObject({ text: "the answer", receipt: { calls: { made: 10, lost: 3 } } });
    expect(resultOf(await seen(keeper, await found(keeper, "run_other")))).toMatchObject({ text: "the answer" });
    // From now on they belong to the newer rules: an older process leaves them alone.
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select distinct rules from massgen.run");
    expect(rows).toEqual([{ rules: 2 }]);
    const jobs = "select name from massgen_jobs.job where name = 'massgen-r1'";
    await expect.poll(async () => (await client.query(jobs)).rowCount).toBe(0);
    await client.end();
  });

  test("what folds otherwise waits for a process of its own rules", async () => {
    const keeper = await newer(3, 3_600_000);
    old.tell({ accept: "run_old" });
    await old.reached("asked", 3);
    const run = await found(keeper, "run_old");
    await old.signal("SIGKILL");
    await age();
    const again = await newer(3, 3_600_000);
    old = await OtherProcess.start(url);
    old.tell({ letGo: true });
    expect(resultOf(await seen(again, run))).toMatchObject({ status: "answered", text: "the answer" });
    expect([asked, old.asked()]).toEqual([[], callsOfARun]);
  });

  test("and fails when none has come in time", async () => {
    old.tell({ accept: "run_old" });
    await old.reached("asked", 3);
    await old.signal("SIGKILL");
    await age();
    const keeper = await newer(3, 0);
    expect(resultOf(await seen(keeper, await found(keeper, "run_old")))).toMatchObject({
      status: "failed",
      failure: { message: expect.stringContaining("begun by a version of the server whose rules") },
      receipt: { calls: { made: 3, lost: 3 } },
    });
    expect(asked).toEqual([]);
  });
});
