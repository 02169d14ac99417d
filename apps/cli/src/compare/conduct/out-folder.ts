import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { MassgenError } from "@massgen/core";

/** Where a comparison keeps its runs and writes its report. One process at a time holds it. */
export interface OutFolder {
  readonly path: string;
  readonly runFile: (key: string) => string;
  readonly has: (key: string) => boolean;
  readonly write: (name: string, text: string) => void;
  readonly release: () => void;
}

/**
 * Opens the folder, or creates it.
 * @throws MassgenError `configuration` where that cannot be done, or another process has it
 */
export function openOutFolder(path: string): OutFolder {
  const runs = join(path, "runs");
  const lock = join(path, "in-use");
  try {
    mkdirSync(runs, { recursive: true });
    takeLock(lock, path);
  } catch (error) {
    if (MassgenError.isInstance(error)) throw error;
    const why = error instanceof Error ? error.message : "unknown";
    throw new MassgenError("configuration", `the folder ${path} cannot be used (--out): ${why}`);
  }
  const runFile = (key: string): string => join(runs, `${key}.jsonl`);
  return {
    path,
    runFile,
    has: (key) => existsSync(runFile(key)),
    write: (name, text) => writeFileSync(join(path, name), text),
    release: () => rmSync(lock, { force: true }),
  };
}

function takeLock(lock: string, folder: string): void {
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}\n`, { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(readFileSync(lock, "utf8"));
    // In a container the next process may well have the number of the last.
    if (holder !== process.pid && isAlive(holder)) {
      const advice = `Wait for it, or choose another --out folder. If there is none, remove ${lock}`;
      throw new MassgenError("configuration", `process ${holder} is at work in ${folder}. ${advice}.`);
    }
    rmSync(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
