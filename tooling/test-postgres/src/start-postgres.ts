import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { programOf } from "./programs.ts";
import { serverUser } from "./user.ts";

const run = promisify(execFile);

/** A Postgres of one test file. It listens on a socket in its own folder: no port is taken. */
export interface TestPostgres {
  /** The folder of its socket. */
  readonly socketFolder: string;
  /** Makes an empty database, and resolves with its address. */
  readonly newDatabase: () => Promise<string>;
  /** Ends the server as a crash does. */
  readonly halt: () => Promise<void>;
  /** Starts it again. */
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a Postgres in a temporary folder. It dies with this process. */
export async function startPostgres(): Promise<TestPostgres> {
  const initdb = needed("initdb");
  const postgres = needed("postgres");
  const createdb = needed("createdb");
  const isReady = needed("pg_isready");
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), "massgen-pg-"));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { cwd: folder, ...user };
  await run(initdb, ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"], options);

  let server: ChildProcess;
  const start = async (): Promise<void> => {
    const settings = ["fsync=off", "listen_addresses=", `unix_socket_directories=${folder}`, "max_connections=300"];
    const flags = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
    // SIGQUIT ends a server at once. Without a parent it would go on for ever.
    server = spawn("setpriv", ["--pdeathsig", "QUIT", postgres, ...flags], { ...options, stdio: "ignore" });
    while (!(await isUp(isReady, folder))) {
      if (server.exitCode !== null) throw new Error(`Postgres ended with ${server.exitCode}.`);
      await sleep(50);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, "exit");
  };
  await start();

  let databases = 0;
  return {
    socketFolder: folder,
    async newDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      await run(createdb, ["-h", folder, "-U", "postgres", name], options);
      return `postgres:///${name}?host=${encodeURIComponent(folder)}&user=postgres`;
    },
    halt: () => end("SIGQUIT"),
    resume: start,
    async stop() {
      await end("SIGQUIT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isUp(isReady: string, folder: string): Promise<boolean> {
  try {
    await run(isReady, ["-h", folder, "-U", "postgres", "-q"]);
    return true;
  } catch {
    return false;
  }
}

function needed(name: string): string {
  const path = programOf(name);
  if (path === undefined) throw new Error(`${name} is missing; apt-get install postgresql brings it.`);
  return path;
}
