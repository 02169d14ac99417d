import { readFileSync } from "node:fs";
import { startProcess, type RunningProcess } from "@massgen/upstream";
import { afterAll, beforeAll } from "vitest";
import { findTool } from "./optional-tools.ts";

/** Python with the clients in `requirements.txt`. */
export const python = findTool("python");

/** One Python process for the tests of a file: importing the clients takes seconds. */
export interface PythonSession {
  /**
   * Runs a program to its end.
   * @returns what it printed
   * @throws Error with the traceback when it failed
   */
  readonly run: (code: string, args?: readonly string[]) => Promise<string>;
  /** Runs a program of the folder `python`, which prints JSON. */
  readonly script: (name: string, args: readonly string[]) => Promise<unknown>;
}

const source = (name: string): string => readFileSync(new URL(`../python/${name}.py`, import.meta.url), "utf8");

/** Starts Python before the first test. */
export function sharePython(): PythonSession {
  let session: RunningProcess;
  let url: string;

  beforeAll(async () => {
    const input = source("session");
    session = await startProcess({ command: python.path(), args: ["-"], input, env: { PYTHONIOENCODING: "utf-8" } });
    const [, port = ""] = await session.matches(/Listening on (\d+)/);
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => session?.[Symbol.asyncDispose]());

  async function run(code: string, args: readonly string[] = []): Promise<string> {
    const response = await fetch(url, { method: "POST", body: JSON.stringify({ code, args }) });
    const printed = await response.text();
    if (response.ok) return printed;
    throw new Error(`The Python program failed:\n${printed}\n${session.stderr()}`);
  }

  return { run, script: async (name, args) => JSON.parse(await run(source(name), args)) as unknown };
}
