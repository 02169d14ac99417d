import { spawn } from "node:child_process";
import process from "node:process";
import { MassgenError } from "@massgen/core";

/** Where a grader's programs run. */
export interface ProgramPlace {
  /** The folder of the questions. */
  readonly cwd: string;
  /** Without what is named like a secret: a program that judges answers needs none. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The environment without variables that are named like a secret. */
export function withoutSecrets(env: ProgramPlace["env"]): ProgramPlace["env"] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/key|token|secret|passw|credential/i.test(name)));
}

/**
 * Runs a program with an answer on its stdin. It and all that it started are killed after its time.
 * @returns whether it exited with 0 in its time
 * @throws MassgenError `configuration` where it cannot be started
 */
export function accepts(
  [file = "", ...args]: readonly string[],
  answer: string,
  limitMs: number,
  { cwd, env }: ProgramPlace,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that none of its children outlives it.
    const child = spawn(file, args, { cwd, env, stdio: ["pipe", "ignore", "ignore"], detached: true });
    const kill = (): void => {
      if (child.pid === undefined) return;
      try {
        if (process.platform === "win32") child.kill("SIGKILL");
        else process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone.
      }
    };
    const timer = setTimeout(kill, limitMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new MassgenError("configuration", `the command ${file} cannot be started: ${error.message}`));
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      kill();
      resolve(code === 0);
    });
    // One that does not read its input to the end has its reasons.
    child.stdin.on("error", () => {}).end(answer);
  });
}
