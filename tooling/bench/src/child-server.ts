import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server in a process of its own, so that it does not compete for this one's event loop. */
export interface ChildServer {
  readonly url: string;
  /** Milliseconds from the start of the process to its address. */
  readonly readyMs: number;
  readonly stop: () => Promise<void>;
}

/** Starts a script and waits for the first line that holds an address. */
export async function startChildServer(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const startedMs = performance.now();
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  if (!child.stdout) throw new TypeError("the child has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/[^\s/]+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    const stop = async (): Promise<void> => {
      child.kill("SIGTERM");
      await exited;
    };
    return { url, readyMs: performance.now() - startedMs, stop };
  }
  throw new Error(`${script} ended without listening`);
}

/** Starts the upstream that answers as fast as it is read. */
export function startFloodUpstream(): Promise<ChildServer> {
  return startChildServer(fileURLToPath(new URL("flood-upstream.ts", import.meta.url)), []);
}
