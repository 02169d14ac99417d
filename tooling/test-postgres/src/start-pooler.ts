import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:net";
import { programOf } from "./programs.ts";
import type { TestPostgres } from "./start-postgres.ts";
import { serverUser } from "./user.ts";

/** PgBouncer wants a number; its socket, in a folder of its own, is named after it. No port is taken. */
const port = 6432;

/** Starts PgBouncer, in transaction mode, before a Postgres. Undefined where it is not installed. */
export async function startPooler(
  { socketFolder }: TestPostgres,
  mode: "transaction" | "session",
): Promise<{ readonly addressOf: (url: string) => string; readonly stop: () => Promise<void> }> {
  const program = programOf("pgbouncer");
  if (program === undefined) throw new Error("pgbouncer is missing; apt-get install pgbouncer brings it.");
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), "massgen-pool-"));
  const lines = [
    "[databases]",
    `* = host=${socketFolder}`,
    "[pgbouncer]",
    `unix_socket_dir = ${folder}`,
    "listen_addr =",
    `listen_port = ${port}`,
    "auth_type = any",
    `pool_mode = ${mode}`,
    "ignore_startup_parameters = extra_float_digits",
  ];
  const file = join(folder, "pgbouncer.ini");
  await writeFile(file, lines.map((line) => (line.startsWith("* =") ? `${line} user=postgres` : line)).join("\n"));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const pooler = spawn("setpriv", ["--pdeathsig", "KILL", program, "-q", file], {
    cwd: folder,
    stdio: "ignore",
    ...user,
  });
  const socket = join(folder, `.s.PGSQL.${port}`);
  while (!(await answers(socket))) {
    if (pooler.exitCode !== null) throw new Error(`PgBouncer ended with ${pooler.exitCode}.`);
    await sleep(50);
  }
  return {
    addressOf: (url) =>
      url.replace(encodeURIComponent(socketFolder), encodeURIComponent(folder)).concat(`&port=${port}`),
    async stop() {
      pooler.kill("SIGKILL");
      if (pooler.exitCode === null && pooler.signalCode === null) await once(pooler, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
