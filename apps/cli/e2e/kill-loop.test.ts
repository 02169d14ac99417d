// How many streams there are: see kill-loop.ts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { hasPostgresForLong, openCuttableNetwork, startPostgres } from "@massgen/test-postgres";
import { test } from "vitest";
import { KillLoop, streams } from "./kill-loop.ts";

test(`${streams} streams survive kill -9 on SQLite, and no finished call is made again`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "massgen-kill-loop-"));
  try {
    await using loop = await KillLoop.start({ stores: [`sqlite:${join(folder, "runs.db")}`] });
    await loop.run();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.skipIf(!hasPostgresForLong)(`${streams} streams survive kill -9 of one of two servers on Postgres`, async () => {
  const postgres = await startPostgres();
  try {
    const database = await postgres.newDatabase();
    await using loop = await KillLoop.start({ stores: [database, database] });
    await loop.run();
  } finally {
    await postgres.stop();
  }
});

test.skipIf(!hasPostgresForLong)(
  `${streams} streams survive one of two servers being cut off from Postgres, for moments or longer than it is waited for`,
  async () => {
    const postgres = await startPostgres();
    const network = await openCuttableNetwork(postgres.socketFolder);
    // How long a network fails is the fault, not something to wait for.
    const faults = [
      async () => network.reset(),
      async () => {
        network.stall();
        await pass(2000);
        network.reset();
      },
      async () => {
        network.deafen();
        await pass(5000);
        network.reset();
      },
      async () => {
        network.stall();
        await pass(15_000);
        network.reset();
      },
    ];
    try {
      const database = await postgres.newDatabase();
      await using loop = await KillLoop.start({
        stores: [network.addressOf(database), database],
        async harm(batch) {
          // A sample has one batch, and all of the faults.
          const here = streams > 20 ? [faults[batch % faults.length]] : faults;
          for (const fault of here) await fault?.();
        },
      });
      await loop.run();
    } finally {
      await network.close();
      await postgres.stop();
    }
  },
);
