import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../terminal/exit-code.ts";

/** Adds a command to the program, with its options and what it does. `finish` is told its exit code. */
type AddCommand = (program: Command, context: CliContext, finish: (code: ExitCode) => void) => void;

/** A command that is loaded only if it is asked for: most take longer to load than the others take to run. */
export interface LazyCommand {
  readonly name: string;
  /** A line of `massgen --help`; absent for a command that is not for people. */
  readonly summary?: string;
  readonly load: () => Promise<AddCommand>;
}

/** All commands, in the order of `massgen --help`. */
export const commandTable: readonly LazyCommand[] = [
  {
    name: "init",
    summary: "Make massgen.yaml: a team of the models that your keys and local servers give you.",
    load: async () => (await import("./init.ts")).addInit,
  },
  {
    name: "run",
    summary: "Ask a team a question, without a server, and watch it decide.",
    load: async () => (await import("./run.ts")).addRun,
  },
  {
    name: "chat",
    summary: "Talk with a team, turn by turn.",
    load: async () => (await import("./chat.ts")).addChat,
  },
  {
    name: "serve",
    summary: "Serve a team as an OpenAI-compatible HTTP server.",
    load: async () => (await import("./serve.ts")).addServe,
  },
  {
    name: "check",
    summary: "Report what is wrong with a configuration, or show its teams.",
    load: async () => (await import("./check.ts")).addCheck,
  },
  {
    name: "compare",
    summary: "Find out on your own questions whether the team beats one model.",
    load: async () => (await import("./compare.ts")).addCompare,
  },
  {
    name: "models",
    summary: "List the models that a service or a local server has.",
    load: async () => (await import("./models.ts")).addModels,
  },
  {
    name: "runs",
    summary: "Look at past runs: what was asked, what became of it and why.",
    load: async () => (await import("./runs.ts")).addRuns,
  },
  {
    name: "new",
    summary: "Make the beginnings of a package of your own: massgen new provider NAME.",
    load: async () => (await import("./new.ts")).addNew,
  },
  {
    name: "schema",
    summary: "Print the JSON Schema of a configuration, for editors.",
    load: async () => (await import("./schema.ts")).addSchema,
  },
  { name: "drive-run", load: async () => (await import("./drive-run.ts")).addDriveRun },
];
