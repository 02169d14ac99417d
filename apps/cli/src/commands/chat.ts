import { MassgenError } from "@massgen/core";
import type { Command } from "commander";
import { type AskedChoice, openTeams } from "../asking/asked-team.ts";
import { createChat } from "../asking/chat/chat.ts";
import { createPrompt } from "../asking/chat/prompt.ts";
import type { CliContext } from "../context.ts";
import { addTeamFlags } from "../setup/team-flags.ts";
import { teamLines } from "../terminal/banner.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { screenOf } from "../terminal/screen.ts";

export function addChat(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program
    .command("chat")
    .description("Talk with a team on the terminal, turn by turn, without a server. /help lists what can be typed.");
  addTeamFlags(command)
    .addHelpText("after", examples)
    .action(async (flags: AskedChoice) => finish(await chat(flags, context)));
}

async function chat(flags: AskedChoice, context: CliContext): Promise<ExitCode> {
  const { canvas, stdin, env, stdout, stderr, onSignal } = context;
  const input = stdin?.();
  if (canvas === undefined || !input?.isTTY || env["TERM"] === "dumb") {
    throw new MassgenError("configuration", 'massgen chat needs a terminal. In a script: massgen run "question"');
  }
  const asked = await openTeams(flags, context, "chat");
  for (const warning of asked.teams.warnings) stderr(`Warning: ${warning}\n`);
  const { strong, faint } = screenOf(context);
  const help = faint("/help lists what you can type. Ctrl-D leaves.");
  stdout([strong(`MassGen: ${asked.teams.title}`), ...teamLines(asked.teams), help, ""].join("\n"));
  const prompt = createPrompt(input, canvas, {
    mark: "> ",
    leaveHint: "Ctrl-C again, Ctrl-D or /quit leaves.",
  });
  const talk = createChat(asked, { ...context, canvas });
  // A Ctrl-C that comes when a run has just ended was meant for that run: at the prompt it is a key.
  const terminated = Promise.withResolvers<ExitCode>();
  onSignal((signal) => signal === "SIGTERM" && terminated.resolve(exitCode.terminated));
  for (;;) {
    stdout("\n");
    const line = await Promise.race([prompt.ask(), terminated.promise]);
    if (typeof line === "number") return line;
    const code = line === undefined ? exitCode.ok : await talk.take(line);
    if (code === undefined) continue;
    if (code === exitCode.ok) await asked.close();
    return code;
  }
}

const examples = `
Ctrl-C while the team works asks for the answer now, a second one stops that turn. At the prompt, Ctrl-D leaves.

Examples:
  massgen chat
  massgen chat --team deep
  massgen chat --demo          the offline team: no key, no model`;
