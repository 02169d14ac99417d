import type { Keeper } from "@massgen/runs";
import { hasPostgres, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Team } from "./team.ts";

describe.skipIf(!hasPostgres)("the queue of runs in the background, on Postgres", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const lots = 1e9;

  /** A keeper whose only place is taken. */
  async function full(team: Team, url: string, limits: { readonly runs: number; readonly bytes: number }) {
    const keeper = await team.keeper(url, 1, { limits });
    await keeper.accept({ ...team.run("first"), owner: "anonymous" });
    await expect.poll(() => keeper.counts().driven).toBe(1);
    return keeper;
  }

  async function accept(keeper: Keeper, team: Team, ids: readonly string[], owner: string): Promise<void> {
    for (const id of ids) await keeper.accept({ ...team.run(id), owner });
  }

  test("is made once by processes that start together", async () => {
    const url = await server.newDatabase();
    const team = new Team(() => {});
    const keepers = await Promise.all(Array.from({ length: 6 }, () => team.keeper(url, 0)));
    for (const keeper of keepers) await keeper.close(0);
  });

  test("is bounded for all processes together, and for each owner", async () => {
    const url = await server.newDatabase();
    const team = new Team(() => {});
    const limits = { runs: 20, bytes: lots };
    const keeper = await full(team, url, limits);
    await accept(keeper, team, ["bob_1", "bob_2"], "bob");
    const other = await team.keeper(url, 0, { limits });
    await expect(accept(other, team, ["bob_3"], "bob")).rejects.toMatchObject({
      reason: "busy",
      message:
        "2 runs of your key wait in the background, the most that one key may have (a tenth of background_queue)",
    });
    await other.cancel({ ...team.run("bob_1"), owner: "bob" });
    await accept(other, team, ["bob_3"], "bob");
    const ids = Array.from({ length: 18 }, (_, n) => `run_${n}`);
    await accept(other, team, ids, "anonymous");
    for (const one of [keeper, other]) {
      await expect(accept(one, team, ["late"], "eve")).rejects.toThrow(/^20 runs wait in the background/);
    }
    expect(await keeper.find("late")).toBeUndefined();
    await other.close(0);
    await keeper.close(0);
  });

  test("is bounded in what its requests hold", async () => {
    const url = await server.newDatabase();
    const team = new Team(() => {});
    const run = team.run("large");
    const request = { ...run.request, messages: [{ role: "user", content: "x".repeat(300_000) }] } as const;
    const keeper = await full(team, url, { runs: lots, bytes: 250_000 });
    await keeper.accept({ ...run, request });
    await expect(accept(keeper, team, ["late"], "eve")).rejects.toThrow(/\(background_queue_mb\)$/);
    await keeper.close(0);
  });
});
