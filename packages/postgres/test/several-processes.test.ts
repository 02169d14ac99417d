import type { LoggedEvent } from "@massgen/core";
import type { Keeper, KeptRun } from "@massgen/runs";
import { hasPostgres, hasPostgresForLong, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { OtherProcess } from "./other-process.ts";
import { callsOfARun, Team } from "./team.ts";

describe.skipIf(!hasPostgres)("keepers of several processes on one database", () => {
  let server: TestPostgres;
  let url: string;
  let other: OtherProcess;
  let heard: string[];
  let team: Team;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.newDatabase();
    heard = [];
    team = new Team((what) => heard.push(what));
  });
  afterEach(() => other.signal("SIGKILL"));

  async function seen(keeper: Keeper, run: KeptRun): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for await (const event of keeper.events(run)) events.push(event);
    return events;
  }

  async function found(keeper: Keeper, id: string): Promise<KeptRun> {
    await expect.poll(() => keeper.find(id)).toBeDefined();
    const run = await keeper.find(id);
    if (run === undefined) throw new Error("it is there");
    return run;
  }

  /** What became of those who drove the run before. */
  async function causes(): Promise<readonly string[]> {
    const store = await openPostgresStore({ url, readOnly: true });
    const facts = await store.read("run_1", 0);
    await store.close();
    return facts.flatMap((fact) => (fact.type === "resumed" ? [fact.cause] : []));
  }

  function answerOf(events: readonly LoggedEvent[]): string | undefined {
    const last = events.at(-1);
    return last?.type === "run-finished" && last.result.status === "answered" ? last.result.text : undefined;
  }

  test("runs are shared, each is driven once, and viewers here see every event of those there once", async () => {
    const runs = Array.from({ length: 20 }, (_, n) => team.run(`run_${n}`));
    other = await OtherProcess.start(url, 4);
    const keeper = await team.keeper(url, 4);
    for (const run of runs) await keeper.accept(run);
    await other.reached("asked", 3);
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    team.letGo();
    other.tell({ letGo: true });
    for (const run of runs) {
      const events = await seen(keeper, run);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
      expect(answerOf(events)).toBe("the answer");
    }
    await keeper.close(60_000);
    other.tell({ close: 60_000 });
    await other.ended();
    expect(heard.filter((what) => what.startsWith("asked")).length + other.asked()).toBe(20 * callsOfARun);
  });

  test("a run whose process is killed goes on in another, and its finished calls are not made again", async () => {
    other = await OtherProcess.start(url);
    other.tell({ accept: "run_1" });
    await other.reached("asked", 3);
    const keeper = await team.keeper(url);
    const run = await found(keeper, "run_1");
    const events = seen(keeper, run);
    team.letGo();
    await other.signal("SIGKILL");
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(answerOf(await events)).toBe("the answer");
    expect((await events).filter(({ type }) => type === "call-lost")).toHaveLength(3);
    expect(heard.filter((what) => what.endsWith("draft"))).toHaveLength(3);
    await keeper.close(60_000);
  });

  test.skipIf(!hasPostgresForLong)("a run is cancelled from a process that does not drive it", async () => {
    other = await OtherProcess.start(url);
    other.tell({ accept: "run_1" });
    await other.reached("asked", 3);
    const keeper = await team.keeper(url);
    const run = await found(keeper, "run_1");
    expect(await keeper.cancel(run)).toBe(true);
    await other.reached("aborted", 3);
    expect((await seen(keeper, run)).at(-1)).toMatchObject({ result: { status: "cancelled" } });
    await keeper.close(60_000);
    expect(heard).toEqual([]);
  });

  test("a process that stops gives its runs back, and another takes them up", async () => {
    other = await OtherProcess.start(url);
    other.tell({ accept: "run_1" });
    await other.reached("asked", 3);
    const keeper = await team.keeper(url);
    const run = await found(keeper, "run_1");
    team.letGo();
    other.tell({ close: 0 });
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    await other.ended();
    expect(answerOf(await seen(keeper, run))).toBe("the answer");
    await keeper.close(60_000);
    expect(await causes()).toEqual(["handed-back"]);
  });

  test.skipIf(!hasPostgresForLong)(
    "a process that is frozen loses its runs, and stops its calls when it wakes up",
    async () => {
      other = await OtherProcess.start(url);
      other.tell({ accept: "run_1" });
      await other.reached("asked", 3);
      const keeper = await team.keeper(url);
      const run = await found(keeper, "run_1");
      team.letGo();
      await other.signal("SIGSTOP");
      const events = await seen(keeper, run);
      expect(answerOf(events)).toBe("the answer");
      await other.signal("SIGCONT");
      await other.reached("aborted", 3);
      expect(await seen(keeper, run)).toEqual(events);
      expect(other.asked()).toBe(3);
      await keeper.close(60_000);
      expect(await causes()).toEqual(["lost"]);
    },
  );

  test.skipIf(!hasPostgresForLong)(
    "a crash of Postgres costs no call: its processes go on with their runs",
    async () => {
      const own = await startPostgres();
      const ownUrl = await own.newDatabase();
      other = await OtherProcess.start(ownUrl);
      const keeper = await team.keeper(ownUrl);
      other.tell({ accept: "run_1" });
      await expect.poll(() => other.asked() + heard.length).toBe(3);
      const run = await found(keeper, "run_1");
      await own.halt();
      other.tell({ letGo: true });
      team.letGo();
      await own.resume();
      const events = seen(keeper, run);
      expect(answerOf(await events)).toBe("the answer");
      expect((await events).filter(({ type }) => type === "call-lost")).toEqual([]);
      expect(other.asked() + heard.length).toBe(callsOfARun);
      await keeper.close(60_000);
      await other.signal("SIGKILL");
      await own.stop();
    },
  );

  test.each([-60_000, 86_400_000])(
    "a run that was kept, but not put in line before its process died, is found; its clock was %i ms off",
    async (ms) => {
      const store = await openPostgresStore({ url });
      const run = team.run("run_1");
      await store.create({ ...run, createdAtMs: run.createdAtMs + ms });
      await store.close();
      team.letGo();
      other = await OtherProcess.start(url, 0);
      const keeper = await team.keeper(url);
      expect(answerOf(await seen(keeper, run))).toBe("the answer");
      await keeper.close(60_000);
    },
  );
});
