import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ProbeRequest, ProcessFigures } from "./probe.ts";

/** A server in a process of its own, so that it does not compete for this one's event loop. */
export interface ChildServer {
  readonly url: string;
  /** Milliseconds from the start of the process to its address. */
  readonly readyMs: number;
  /** Rejects when the process is gone. */
  readonly figures: (after?: "collection") => Promise<ProcessFigures>;
  readonly running: () => boolean;
  readonly stop: () => Promise<void>;
}

export interface ChildSettings {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const probe = fileURLToPath(new URL("probe.ts", import.meta.url));

/** Starts a command and waits for the first line that holds an address. */
export async function startCommand({ command, args, env }: ChildSettings): Promise<ChildServer> {
  const startedMs = performance.now();
  const child: ChildProcess = spawn(command, args, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  const exited = once(child, "exit");
  if (!child.stdout) throw new TypeError("the child has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/[^\s/]+/.exec(line)?.[0];
    if (url === undefined) continue;
    const readyMs = performance.now() - startedMs;
    child.stdout.resume();
    return {
      url,
      readyMs,
      figures: (after) => ask(child, after === undefined ? "figures" : "figures after collection"),
      running: () => child.exitCode === null && child.signalCode === null,
      stop: async () => {
        child.kill("SIGTERM");
        await exited;
      },
    };
  }
  throw new Error(`${command} ${args.join(" ")} ended without listening`);
}

/** Starts a script that can be asked for its figures. */
export function startScript(
  script: URL,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const flags = ["--expose-gc", "--import", probe, ...profileFlags(script)];
  return startCommand({ command: process.execPath, args: [...flags, fileURLToPath(script), ...args], env });
}

/** Starts the upstream that answers as fast as it is read. */
export function startFloodUpstream(): Promise<ChildServer> {
  return startScript(new URL("flood-upstream.ts", import.meta.url));
}

/**
 * `BENCH_PROFILE=<part of a script's name>:<folder>` writes a CPU profile of that server into the folder when it ends.
 */
function profileFlags(script: URL): readonly string[] {
  const [name, folder] = process.env["BENCH_PROFILE"]?.split(":") ?? [];
  return name !== undefined && folder !== undefined && script.pathname.includes(name)
    ? ["--cpu-prof", `--cpu-prof-dir=${folder}`]
    : [];
}

function ask(child: ChildProcess, request: ProbeRequest): Promise<ProcessFigures> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error("the server's process is gone"));
    child.once("exit", gone);
    child.once("message", (figures) => {
      child.off("exit", gone);
      resolve(figures as ProcessFigures);
    });
    child.send(request, (error) => error && reject(error));
  });
}
