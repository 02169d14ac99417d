import { facts, keptRun } from "@massgen/runs/testing";
import { hasPostgresForLong, openCuttableNetwork, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { Team } from "./team.ts";

describe.skipIf(!hasPostgresForLong)("a network that fails", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  test("one that says nothing any more is noticed; what others wrote meanwhile is read when it is back", async () => {
    const url = await server.newDatabase();
    const network = await openCuttableNetwork(server.socketFolder);
    const away = await openPostgresStore({ url: network.addressOf(url) });
    const here = await openPostgresStore({ url });
    await here.create(keptRun("run_1"), facts(1));
    expect(await away.read("run_1", 0)).toEqual(facts(1));
    network.stall();
    let woken = Promise.withResolvers<void>();
    const stop = away.watch("run_1", () => woken.resolve());
    const lost = away.append("run_1", 1, facts(1, 50));
    await expect(lost).rejects.toMatchObject({ name: "StoreError", reason: "unavailable" });
    expect(await here.append("run_1", 1, facts(1, 100))).toBe("kept");
    // Deaf, it looks for itself.
    woken = Promise.withResolvers();
    await woken.promise;
    network.reset();
    await expect.poll(() => away.read("run_1", 1).catch(() => "unavailable")).toEqual(facts(1, 100));
    expect(await away.append("run_1", 1, facts(1, 50))).toBe("taken");
    stop();
    await Promise.all([away.close(), here.close(), network.close()]);
  });

  test("a process that is cut off loses its runs to another, and writes nothing into them when it is back", async () => {
    const url = await server.newDatabase();
    const network = await openCuttableNetwork(server.socketFolder);
    const [heard, heardAway]: [string[], string[]] = [[], []];
    const [team, teamAway] = [new Team((what) => heard.push(what)), new Team((what) => heardAway.push(what))];
    const keeperAway = await teamAway.keeper(network.addressOf(url));
    await keeperAway.accept(team.run("run_1"));
    await expect.poll(() => heardAway.length).toBe(3);
    const keeper = await team.keeper(url);
    const run = await keeper.find("run_1");
    if (run === undefined) throw new Error("it is there");
    network.stall();
    team.letGo();
    const events = [];
    for await (const event of keeper.events(run)) events.push(event);
    expect(events.at(-1)).toMatchObject({ result: { status: "answered", text: "the answer" } });
    network.reset();
    await expect.poll(() => heardAway.filter((what) => what.startsWith("aborted")).length).toBe(3);
    const again = [];
    for await (const event of keeper.events(run)) again.push(event);
    expect(again).toEqual(events);
    await Promise.all([keeper.close(0), keeperAway.close(0)]);
    await network.close();
  });
});
