import { openPostgresStore } from "../src/index.ts";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import { Client } from "pg";
import { expect, test } from "vitest";
import { Team } from "./team.ts";

test.skipIf(!hasPostgres)(
  "a run that a process is noted to drive and does not, for whatever reason, is driven again",
  async () => {
    const server = await startPostgres();
    const url = await server.newDatabase();
    const heard: string[] = [];
    const team = new Team((what) => heard.push(what));
    const keeper = await team.keeper(url);
    await keeper.accept(team.run("run_1"));
    await expect.poll(() => heard.length).toBe(3);
    const store = await openPostgresStore({ url });
    const left = { ...team.run("run_2"), createdAtMs: Date.now() - 60_000 };
    await store.create(left);
    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      "update massgen.run set holder = (select holder from massgen.run where id = 'run_1') where id = 'run_2'",
    );
    team.letGo();
    const types: string[] = [];
    for await (const { type } of keeper.events(left)) types.push(type);
    expect(types.at(-1)).toBe("run-finished");
    await admin.end();
    await store.close();
    await keeper.close(0);
    await server.stop();
  },
);
