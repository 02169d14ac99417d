// Past runs in a Postgres database, on the command line.
import { openPostgresStore } from "@massgen/postgres";
import { ended, keptRun } from "@massgen/runs/testing";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import { expect, it } from "vitest";
import { runCommand } from "./command-line.ts";

it.skipIf(!hasPostgres)(
  "lists, shows and exports from Postgres; no message has the password",
  async () => {
    const postgres = await startPostgres();
    try {
      const url = await postgres.newDatabase();
      const runs = (...args: string[]) => runCommand({ args: ["runs", ...args, "--store", url] });
      const empty = await runs();
      expect(empty).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/is empty, or of an older version/),
      });
      const store = await openPostgresStore({ url });
      await store.create(keptRun("run_1"), [{ type: "run-started", atMs: 0 }], ended);
      await store.create(keptRun("run_2"), [{ type: "run-started", atMs: 0 }]);
      expect((await runs("list", "--outcome", "majority")).stdout).toMatch(/run_1[^]*Question of run_1/);
      expect((await runs("show", "run_2")).stdout).toContain("It has not ended");
      expect((await runs("export")).stdout.trimEnd().split("\n")).toHaveLength(2);
      expect((await runs("show", "run_3")).stderr).toMatch(/^There is no run "run_3" in Postgres \(.*\):/);
      await store.close();
      const away = "postgres://somebody:geheim@127.0.0.1:1/runs";
      const refused = await runCommand({ args: ["runs", "--store", away] });
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^store: /) });
      expect(refused.stderr).not.toContain("geheim");
    } finally {
      await postgres.stop();
    }
  },
  120_000,
);
