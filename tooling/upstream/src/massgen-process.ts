import { fileURLToPath } from "node:url";
import { type ProcessSettings, type RunningProcess, startProcess } from "./process.ts";

const bin = fileURLToPath(new URL("../../../apps/cli/bin/massgen.js", import.meta.url));

/** How to start a `massgen`: `args` are the words after it. */
export type MassgenSettings = Omit<ProcessSettings, "command">;

/** A `massgen` that runs, or ran. */
export interface MassgenProcess extends RunningProcess {
  /** Resolves with the base URL (without `/v1`) once it listens; rejects with its output if it ends first. */
  readonly ready: () => Promise<string>;
}

/** Starts the built command line as a process of its own, in an empty folder. */
export async function startMassgen(settings: MassgenSettings): Promise<MassgenProcess> {
  const running = await startProcess({ ...settings, command: process.execPath, args: [bin, ...settings.args] });
  return {
    ...running,
    ready: async () => {
      const [, url = ""] = await running.matches(/Base URL for OpenAI clients: (\S+)\/v1/);
      return url;
    },
  };
}

/** Runs a command to its end. */
export async function runMassgen(settings: MassgenSettings): Promise<{
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}> {
  await using massgen = await startMassgen(settings);
  const { code } = await massgen.exited;
  return { code, stdout: massgen.stdout(), stderr: massgen.stderr() };
}
