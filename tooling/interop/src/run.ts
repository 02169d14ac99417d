import { fileURLToPath } from "node:url";
import { startProcess, type ProcessSettings } from "@massgen/upstream";

const here = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a command to its end.
 * @returns what it printed on stdout
 * @throws Error with all it printed, when its exit code is not 0
 */
export async function run(settings: ProcessSettings): Promise<string> {
  await using process = await startProcess(settings);
  const { code } = await process.exited;
  if (code === 0) return process.stdout();
  throw new Error(`${settings.command} ended with ${code}:\n${process.stdout()}${process.stderr()}`);
}

/** Runs TypeScript as a module of this package, where the clients are installed. */
export function runTypeScript(code: string): Promise<string> {
  const args = ["--input-type=module-typescript", "-"];
  return run({ command: process.execPath, args, cwd: here, input: code });
}

/** Runs commands as they are typed into a shell. */
export function runShell(commands: string): Promise<string> {
  return run({ command: "bash", args: ["-euo", "pipefail", "-c", commands] });
}
