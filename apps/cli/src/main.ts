import { Command, CommanderError } from "commander";
import { commandTable } from "./commands/table.ts";
import type { CliContext } from "./context.ts";
import { exitCode, type ExitCode } from "./terminal/exit-code.ts";
import { packageVersion } from "./terminal/version.ts";

/**
 * Runs one command.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; rejects only for a defect of massgen itself
 */
export async function main(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  if (argv.length === 0 && context.screen !== undefined) {
    const { welcome } = await import("./terminal/welcome.ts");
    context.stdout(welcome);
    return exitCode.ok;
  }
  let code: ExitCode = exitCode.ok;
  const program = new Command("massgen")
    .description("A team of language models behind one OpenAI-compatible endpoint.")
    .version(packageVersion(), "-V, --version")
    .exitOverride()
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
    .showHelpAfterError("(massgen --help lists the commands)")
    .hook("preAction", (_, command) => refuseBlank(command))
    .addHelpText("after", examples);
  for (const { name, summary, load } of commandTable) {
    // `massgen help serve` names it too.
    if (argv.slice(0, 2).includes(name)) {
      const add = await load();
      add(program, context, (result) => (code = result));
    } else {
      program.command(name, { hidden: summary === undefined }).description(summary ?? "");
    }
  }
  if (argv.length === 0) {
    program.outputHelp();
    return exitCode.ok;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    const { MassgenError } = await import("@massgen/core");
    if (MassgenError.isInstance(error) && error.code === "configuration") {
      const { warningLines } = await import("./setup/config-file.ts");
      context.stderr(`${[...warningLines(error), error.message].join("\n")}\n`);
      return exitCode.usage;
    }
    throw error;
  }
}

/** Refuses `--config "$FILE"` where the variable is not set: read as a path, nothing would be the working directory. */
function refuseBlank(command: Command): void {
  const blank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";
  for (const option of command.options) {
    const name = option.attributeName();
    if (option.required && command.getOptionValueSource(name) === "cli" && blank(command.getOptionValue(name))) {
      command.error(`error: option '${option.flags}' has nothing for a value; is a variable empty?`);
    }
  }
  for (const [at, argument] of command.registeredArguments.entries()) {
    if (argument.required && blank(command.args[at])) {
      command.error(`error: argument '${argument.name()}' is empty`);
    }
  }
}

const examples = `
Examples:
  massgen run --demo "What is 25 * 4?"        try it without a key: no model is called
  massgen init                                make massgen.yaml of the keys and local servers that you have
  massgen run "Why is the sky blue?"          ask your team
  massgen chat --team deep                    talk with one of your teams, turn by turn
  massgen serve --demo                        serve an offline team that needs no key
  massgen serve --config team.yaml            serve your own team on port 4000
  massgen serve --default-model gpt-4o        serve a team of three of one model
  massgen check team.yaml                     report what is wrong with a configuration, or show the team
  massgen check team.yaml --live              also try each agent with tiny calls
  massgen models ollama                       the models that can be named in a configuration
  massgen compare questions.jsonl             find out whether the team beats one model on your own questions
  massgen runs show run_0123...               tell a past run: drafts, votes, decision, times, tokens
  massgen schema > massgen.schema.json        the schema of a configuration, for editors`;
