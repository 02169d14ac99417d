// How many streams there are: see kill-loop.ts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPostgresForLong, startPostgres } from "@massgen/test-postgres";
import { test } from "vitest";
import { KillLoop, streams } from "./kill-loop.ts";

test(`${streams} streams survive kill -9 on SQLite, and no finished call is made again`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "massgen-kill-loop-"));
  try {
    await using loop = await KillLoop.start({ store: `sqlite:${join(folder, "runs.db")}`, servers: 1 });
    await loop.run();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.skipIf(!hasPostgresForLong)(`${streams} streams survive kill -9 of one of two servers on Postgres`, async () => {
  const postgres = await startPostgres();
  try {
    await using loop = await KillLoop.start({ store: await postgres.newDatabase(), servers: 2 });
    await loop.run();
  } finally {
    await postgres.stop();
  }
});
