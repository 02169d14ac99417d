import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../src/main.ts";

export interface CommandLine {
  /** The words after `massgen`. */
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further steps before the command runs in this folder. */
  readonly prepare?: (folder: string) => unknown;
  /** A look into the folder after the command. */
  readonly inspect?: (folder: string) => unknown;
}

/**
 * Runs a command to its end in this process: for commands that only read, print and refuse. Its working directory is a
 * new folder, its user's home the folder `home` in it.
 */
export async function runCommand({ args, env = {}, files = {}, prepare, inspect }: CommandLine) {
  const cwd = await mkdtemp(join(tmpdir(), "massgen-command-"));
  const output = { stdout: "", stderr: "" };
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    await prepare?.(cwd);
    const code = await main(args, {
      env,
      cwd,
      home: join(cwd, "home"),
      stdout: (text) => (output.stdout += text),
      stderr: (text) => (output.stderr += text),
      onSignal: () => () => {},
      onHangup: () => () => {},
      onDefect: () => () => {},
      terminal: false,
    });
    await inspect?.(cwd);
    return { code, ...output };
  } finally {
    await rm(cwd, { recursive: true });
  }
}
