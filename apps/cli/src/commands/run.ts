import { MassgenError, type RunRequest } from "@massgen/core";
import type { Command } from "commander";
import { answerFile, writeAnswer } from "../asking/answer-file.ts";
import { type AskedChoice, openTeams } from "../asking/asked-team.ts";
import { codeOf, endLines, failureLines } from "../asking/end-of-run.ts";
import { interruptionOf } from "../asking/interruption.ts";
import { printRun } from "../asking/print-run.ts";
import { messageOf, readQuestion } from "../asking/question.ts";
import { readSchema } from "../asking/schema-file.ts";
import { showDefects } from "../asking/show-defects.ts";
import { watchRun } from "../asking/watch-run.ts";
import type { CliContext } from "../context.ts";
import { addTeamFlags } from "../setup/team-flags.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { screenOf } from "../terminal/screen.ts";

interface Flags extends AskedChoice {
  readonly image?: readonly string[];
  readonly jsonSchema?: string;
  readonly output?: string;
  readonly events?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly strict?: boolean;
}

export function addRun(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program
    .command("run")
    .description("Ask a team a question, without a server. On a terminal: watch it draft, vote and answer.")
    .argument("[question...]", "the question; without one, stdin is read");
  addTeamFlags(command)
    .option("--image <file>", "an image to the question, as file or web address; may be given again", collected)
    .option("--json-schema <file>", "the JSON Schema of the answer")
    .option("--output <file>", "write the answer into this file, not to a pipe")
    .option("--json", "the answer with its receipt as JSON")
    .option("--events", "every event as it happens, as JSON lines")
    .option("--quiet", "nothing but the answer")
    .option("--strict", "exit with 3 when the answer is degraded")
    .addHelpText("after", examples)
    .action(async (words: readonly string[], flags: Flags) => finish(await run(words, flags, context)));
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function run(words: readonly string[], flags: Flags, context: CliContext): Promise<ExitCode> {
  const { cwd, canvas, env, stdout, stderr, stdin } = context;
  const { json = false, events = false, quiet = false, strict = false } = flags;
  if (json && events) throw new MassgenError("configuration", "--json and --events print different things: use one.");
  const question = await readQuestion(words, stdin);
  const file = flags.output === undefined ? undefined : await answerFile(flags.output, cwd);
  const request: RunRequest = {
    messages: [await messageOf(question, flags.image ?? [], cwd)],
    ...(flags.jsonSchema !== undefined && { responseFormat: await readSchema(flags.jsonSchema, cwd) }),
  };
  const { teams, engine, model, close } = await openTeams(flags, context, "run");
  if (!quiet) for (const warning of teams.warnings) stderr(`Warning: ${warning}\n`);
  const going = await engine.start({ ...(model !== undefined && { model }), request });
  const interruption = interruptionOf(going, context);
  const stopDefects = showDefects(context, interruption);
  const live = canvas !== undefined && env["TERM"] !== "dumb" && !(json || events || quiet);
  const printed = events ? "events" : json || file !== undefined ? "nothing" : "answer";
  const result = live
    ? await watchRun(going, { context: { ...context, canvas }, interruption, question })
    : await printRun(going, { context, interruption, printed, traces: !quiet });
  interruption.stop();
  stopDefects();
  const code = interruption.code() ?? codeOf(result, strict);
  const screen = screenOf(context);
  if (json) stdout(`${JSON.stringify({ runId: going.id, ...result }, undefined, 2)}\n`);
  // Nobody reads what was asked for: there is nothing to add.
  const left = interruption.code() === exitCode.ok;
  const lines = quiet || left ? [] : endLines(result, screen);
  if (live) stdout(`\n${lines.join("\n")}\n`);
  else for (const line of lines) stderr(`${line}\n`);
  for (const line of failureLines(result, screen)) stderr(`${line}\n`);
  if (file !== undefined && result.status === "answered") {
    const problem = await writeAnswer(file, result.text);
    if (problem === undefined) {
      if (!quiet) stderr(`The answer is in ${flags.output ?? ""}\n`);
    } else {
      stderr(`--output: cannot write ${flags.output ?? ""}: ${problem}. The answer:\n`);
      if (!live && printed === "nothing" && !json) stdout(`${result.text}\n`);
      return exitCode.failure;
    }
  }
  if (interruption.code() === undefined) await close();
  return code;
}

const examples = `
Ctrl-C asks for the answer now: what is in hand decides. A second Ctrl-C ends the run.
Where stdout is no terminal, it gets the answer alone, and stderr tells how the team decides.
Exit codes: 0 answered, 1 failed, 2 wrong use, 3 degraded with --strict, 130 ended with Ctrl-C.

Examples:
  massgen run --demo "What is 25 * 4?"
  massgen run "Why is the sky blue?" --team deep
  massgen run "What is in this picture?" --image cat.png
  massgen run --quiet < question.txt > answer.md
  massgen run "Name three rivers" --json-schema rivers.schema.json | jq .rivers`;
