import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Fact } from "@massgen/core";
import { MassgenError } from "@massgen/core";
import { needConsole } from "../packages/console-package.ts";
import type { ToldRun } from "./account/told-run.ts";

/**
 * A run as one HTML file, which shows it without a server. Who asked, and where, is left out.
 * @throws MassgenError `configuration` where the console is not installed
 */
export async function htmlPage({ run, events }: ToldRun, log: readonly Fact[]): Promise<string> {
  const { exportedPage } = await needConsole("--html");
  // Loaded here, since only this command of its kind needs what the server is made of.
  const { keptAccount } = await import("@massgen/server");
  const { owner: _, ...account } = await keptAccount(run, log, events);
  return exportedPage({ run: account, events });
}

/**
 * Writes the page to a file, in place of what was there.
 * @returns its size in bytes
 * @throws MassgenError `configuration` where that cannot be done
 */
export async function writePage(path: string, cwd: string, page: string): Promise<number> {
  const bytes = Buffer.from(page);
  try {
    await writeFile(resolve(cwd, path), bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new MassgenError("configuration", `--html: ${path} cannot be written: ${reasons.get(code) ?? code}.`);
  }
  return bytes.length;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "its folder does not exist"],
  ["ENOTDIR", "its folder does not exist"],
  ["EISDIR", "it is a folder; name a file in it"],
  ["EACCES", "you may not write there"],
  ["EROFS", "that disk can only be read"],
  ["ENOSPC", "the disk is full"],
]);
