import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The workspace's own Node, once everything is installed. */
export const node = join(root, "node_modules", "node", "bin", "node");

/** The tools of the workspace, its own Node among them, before those of the machine; and no telemetry. */
export const environment = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
};

/**
 * @typedef {{ ok: boolean, output: string }} Outcome stdout and stderr in the order of their arrival
 * @typedef {{ cwd?: string, shell?: boolean, onLine?: (line: string) => void }} Where the workspace root and no shell,
 *   unless said otherwise; onLine is given each line that is printed, as it comes
 */

/**
 * Runs a command to its end and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Where} where
 * @returns {Promise<Outcome>}
 */
export function capture(command, args, { cwd = root, shell = false, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: environment, shell, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let begun = "";
    const keep = (/** @type {string} */ text) => {
      output += text;
      if (onLine === undefined) return;
      const [last = "", ...lines] = (begun + text).split(/[\r\n]+/).reverse();
      begun = last;
      for (const line of lines.reverse()) onLine(line);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", (error) => resolve({ ok: false, output: `${command} could not be started: ${error.message}\n` }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/**
 * Runs a command that shares this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
export function show(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: "inherit" });
    child.on("error", (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Ends the process with a message and what the failed command printed.
 * @param {string} message
 * @param {string} output
 * @returns {never}
 */
export function giveUp(message, output) {
  console.error(`${output.trimEnd()}\n\n${message}`);
  process.exit(1);
}
