import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/massgen.js", import.meta.url));

export interface ProcessSettings {
  /** Words after `massgen`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files to put into the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A `massgen` that runs, or ran. */
export interface MassgenProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly cwd: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the base URL (without `/v1`) once it listens; rejects with its output if it ends first. */
  readonly ready: () => Promise<string>;
  /** Resolves when stdout and stderr together hold the text. */
  readonly prints: (text: string) => Promise<void>;
  /** Exit code and signal, once it has ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/**
 * Starts the built command line as a process of its own, in an empty folder and with nothing of this process's environment but
 * what it needs to run.
 */
export async function startMassgen({ args, env = {}, files = {} }: ProcessSettings): Promise<MassgenProcess> {
  const cwd = await mkdtemp(join(tmpdir(), "massgen-e2e-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  const watch = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    watch();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    watch();
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
      watch();
    });
  });
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined && child.exitCode === null && child.signalCode === null) return;
        watchers.delete(watcher);
        if (found === undefined) reject(new Error(`massgen ended (${child.exitCode}):\n${stdout}${stderr}`));
        else resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    child,
    cwd,
    stdout: () => stdout,
    stderr: () => stderr,
    ready: () => until(() => /Base URL for OpenAI clients: (\S+)\/v1/.exec(stdout)?.[1]),
    prints: (text) => until(() => (stdout + stderr).includes(text) || undefined).then(() => undefined),
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

/** Runs a command to its end. */
export async function runMassgen(settings: ProcessSettings): Promise<{
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}> {
  await using massgen = await startMassgen(settings);
  const { code } = await massgen.exited;
  return { code, stdout: massgen.stdout(), stderr: massgen.stderr() };
}
