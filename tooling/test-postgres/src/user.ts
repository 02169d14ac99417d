import { execFileSync } from "node:child_process";

/** A user and group to run as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: there it runs as the user that its package made. Undefined: as we are. */
export function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
  if (uid === undefined || gid === undefined)
    throw new Error("There is no user `postgres`; Postgres must not run as root.");
  return { uid, gid };
}
