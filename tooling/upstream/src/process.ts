import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Those that have not ended. A test that timed out disposes of nothing. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface ProcessSettings {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files to put into the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: an empty folder that goes away with the process. */
  readonly cwd?: string;
  /** What it reads on stdin; default nothing. */
  readonly input?: string;
}

/** A process that runs, or ran. */
export interface RunningProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly cwd: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first match in what it printed; rejects with its output if it ends without one. */
  readonly matches: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves when stdout and stderr together hold the text. */
  readonly prints: (text: string) => Promise<void>;
  /** Exit code and signal, once it has ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Where Node keeps compiled code: in the home that a process gets here it would find none. */
const compiled = fileURLToPath(new URL("../../../node_modules/.cache/compiled", import.meta.url));

/** Starts a process with nothing of this process's environment but what it needs to run. */
export async function startProcess(settings: ProcessSettings): Promise<RunningProcess> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-e2e-"));
  const cwd = settings.cwd ?? folder;
  for (const [name, text] of Object.entries(settings.files ?? {})) await writeFile(join(cwd, name), text);
  const child = spawn(settings.command, settings.args, {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, NODE_COMPILE_CACHE: compiled, ...settings.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  // One that does not read its input to the end has its reasons.
  child.stdin.on("error", () => undefined).end(settings.input ?? "");
  let stdout = "";
  let stderr = "";
  let over = false;
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
    child.once("error", (error) => {
      stderr += error.message;
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      over = true;
      resolve({ code, signal });
      watch();
    });
  });
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined && !over) return;
        watchers.delete(watcher);
        if (found !== undefined) resolve(found);
        else
          reject(new Error(`${settings.command} ended (${child.exitCode ?? child.signalCode}):\n${stdout}${stderr}`));
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    child,
    cwd,
    stdout: () => stdout,
    stderr: () => stderr,
    matches: (pattern) => until(() => pattern.exec(stdout) ?? pattern.exec(stderr) ?? undefined),
    prints: (text) => until(() => (stdout + stderr).includes(text) || undefined).then(() => undefined),
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
