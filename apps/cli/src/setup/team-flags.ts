import type { Command } from "commander";

/** Adds the flags by which a command that asks a team without a server finds it. */
export function addTeamFlags(command: Command): Command {
  return command
    .option("--config <path>", "YAML configuration file (env MASSGEN_SERVER_DEFAULT_CONFIG; default: ./massgen.yaml)")
    .option("--team <name>", "the team of this name in the configuration; default: its default team")
    .option("--agent <id>", "this agent of the configuration alone: one call, no vote")
    .option("--default-model <model>", "without a configuration: a team of three of this model, such as gpt-4o")
    .option("--demo", "the offline team: no key, no model");
}
