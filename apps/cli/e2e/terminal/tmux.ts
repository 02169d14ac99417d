import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** Whether tests in a real terminal can run. In CI they have to. */
export const hasTmux = process.env["CI"] === "true" || spawnSync("tmux", ["-V"]).status === 0;
if (!hasTmux)
  console.warn("Skipped: tests in a real terminal, for tmux is missing. To have it: tooling/interop/install-tools.sh");

/** What is waited for comes at once, unless the machine stands still. */
const patienceMs = 500_000;

export interface TerminalSettings {
  /** A line for `sh`, in which `massgen` is the built command. */
  readonly command: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the folder that it runs in, by name. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** A command in a terminal of its own. */
export interface Terminal extends AsyncDisposable {
  readonly cwd: string;
  /** What is on the screen: lines without trailing blanks. With `colours`, escape sequences too. */
  readonly screen: (options?: { readonly colours?: boolean }) => Promise<string>;
  /** Resolves with the screen once it shows this. */
  readonly shows: (wanted: string | RegExp) => Promise<string>;
  /** Presses keys, by tmux's names: `C-c`, `Enter`, `Up`. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly resize: (columns: number, rows?: number) => Promise<void>;
  /** Resolves with the exit code when the command has ended. */
  readonly exited: () => Promise<number>;
}

/** Starts a command in a terminal, with nothing of this process's environment but what it needs to run. */
export async function openTerminal({
  command,
  columns = 100,
  rows = 30,
  env,
  files,
}: TerminalSettings): Promise<Terminal> {
  const cwd = await mkdtemp(join(tmpdir(), "massgen-tmux-"));
  for (const [name, content] of Object.entries(files ?? {})) await writeFile(join(cwd, name), content);
  // The screen of a command that has ended stays.
  const config = "set -g remain-on-exit on\nset -g remain-on-exit-format ''\nset -g status off\n";
  await writeFile(join(cwd, ".tmux.conf"), config);
  const bin = join(repository, "apps/cli/bin/massgen.js");
  await writeFile(
    join(cwd, ".massgen.sh"),
    `massgen() { '${process.execPath}' '${bin}' "$@"; }\n${command}\necho $? >.code\n`,
  );
  const clean = {
    PATH: process.env["PATH"] ?? "",
    HOME: cwd,
    LC_ALL: "C.UTF-8",
    NODE_COMPILE_CACHE: join(repository, "node_modules/.cache/compiled"),
    ...env,
  };
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("tmux", ["-S", join(cwd, ".socket"), "-f", join(cwd, ".tmux.conf"), ...args], {
      cwd,
      env: clean,
    });
    return stdout;
  };
  await tmux("-u", "new-session", "-d", "-x", String(columns), "-y", String(rows), "sh", ".massgen.sh");
  const screen: Terminal["screen"] = async ({ colours = false } = {}) => {
    const shown = await tmux("capture-pane", "-p", ...(colours ? ["-e"] : []));
    return shown.replaceAll(/[ \t]+$/gm, "").trimEnd();
  };
  const pane = async (format: string): Promise<string> => (await tmux("display-message", "-p", format)).trim();
  return {
    cwd,
    screen,
    async shows(wanted) {
      let shown = "";
      const there = async (): Promise<boolean> => {
        shown = await screen();
        return typeof wanted === "string" ? shown.includes(wanted) : wanted.test(shown);
      };
      await expect
        .poll(there, { timeout: patienceMs, interval: 50, message: `${wanted} on the screen` })
        .toBe(true)
        .catch((error: unknown) => {
          throw new Error(`${String(error)}\n${shown}`);
        });
      return shown;
    },
    async press(...keys) {
      await tmux("send-keys", ...keys);
    },
    async type(text) {
      await tmux("send-keys", "-l", text);
    },
    async resize(to, height = rows) {
      await tmux("resize-window", "-x", String(to), "-y", String(height));
    },
    async exited() {
      let status = "";
      // Now and then tmux sees that its pane has ended, but never learns of the exit code: the shell writes it down.
      const ended = async (): Promise<boolean> => {
        status = await readFile(join(cwd, ".code"), "utf8").catch(() => "");
        return status.endsWith("\n") && (await pane("#{pane_dead}")) === "1";
      };
      await expect
        .poll(ended, { timeout: patienceMs, interval: 50, message: "the end of the command" })
        .toBe(true)
        .catch(async (error: unknown) => {
          throw new Error(`${String(error)}\n${await screen()}`);
        });
      return Number(status);
    },
    async [Symbol.asyncDispose]() {
      await tmux("kill-server").catch(() => undefined);
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
