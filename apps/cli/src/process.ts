import { once } from "node:events";
import { homedir } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { isatty } from "node:tty";
import { forkSelf, parentChannel } from "./child-process.ts";
import { exitCode } from "./terminal/exit-code.ts";
import { main } from "./main.ts";

const signals = ["SIGINT", "SIGTERM"] as const;
const defects = ["uncaughtException", "unhandledRejection"] as const;

/** A closed pipe on stdout or stderr must not end the server. Returns what says whether stdout still has a reader. */
function outliveReaders(): () => boolean {
  let read = true;
  process.stdout.on("error", () => (read = false));
  process.stderr.on("error", () => {});
  return () => read;
}

/** Resolves when stdout has taken what was written, or will take nothing more. */
async function drained(isRead: () => boolean): Promise<boolean> {
  if (process.stdout.writableNeedDrain && isRead()) {
    const over = new AbortController();
    const happens = (event: string): Promise<unknown> => once(process.stdout, event, { signal: over.signal });
    await Promise.race([happens("drain"), happens("close")]).catch(() => undefined);
    over.abort();
  }
  // An error of the last write is told in the next turn.
  await new Promise(setImmediate);
  return isRead();
}

/** Listens to several events of the process. Returns a function that stops that. */
function listen(events: readonly string[], listener: (first: unknown) => void): () => void {
  for (const event of events) process.on(event, listener);
  return () => {
    for (const event of events) process.off(event, listener);
  };
}

/** No answer is no. */
async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const over = new AbortController();
  terminal.once("close", () => over.abort());
  // Ctrl-C reaches the question instead of the process.
  terminal.once("SIGINT", () => {
    terminal.close();
    process.kill(process.pid, "SIGINT");
  });
  const answer = await terminal.question(`${question} [y/N] `, { signal: over.signal }).catch(() => "");
  terminal.close();
  return /^\s*y(?:es)?\s*$/i.test(answer);
}

/** Runs the command line in this process and ends it with the command's exit code. */
export async function runInProcess(): Promise<void> {
  const isRead = outliveReaders();
  const code = await main(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    written: () => drained(isRead),
    ...(process.stdout.isTTY && { screen: process.stdout, canvas: process.stdout }),
    stdin: () => process.stdin,
    terminal: isatty(process.stderr.fd),
    ...(isatty(process.stdin.fd) && isatty(process.stderr.fd) && { ask: askOnTerminal }),
    onSignal: (listener) => listen(signals, (signal) => listener(signal as (typeof signals)[number])),
    // On Windows it means that the console window is closed, and ends the process in any case.
    onHangup: (listener) => listen(process.platform === "win32" ? [] : ["SIGHUP"], listener),
    onDefect: (listener) => listen(defects, listener),
    args: process.argv.slice(3),
    fork: forkSelf,
    parent: parentChannel,
  }).catch((error: unknown) => {
    // Only defects come here: whatever a user can cause has a message of its own.
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`massgen failed unexpectedly. Please report this:\n${reason}\n`);
    return exitCode.failure;
  });
  process.exit(code);
}
