import { resolve } from "node:path";
import { readTextFileThere } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { builtInProviders, createRedactor } from "@massgen/providers";
import { type Command, InvalidArgumentError } from "commander";
import { compare, type ComparisonOptions, type ComparisonPorts } from "../compare/compare.ts";
import { StoppedError } from "../compare/conduct/session.ts";
import { openOutFolder } from "../compare/conduct/out-folder.ts";
import { patternProblem } from "../compare/graders/pattern.ts";
import type { Question } from "../compare/questions/question.ts";
import { largestFile, readQuestions } from "../compare/questions/read-questions.ts";
import { htmlReport } from "../compare/report/html/page.ts";
import { terminalReport } from "../compare/report/terminal-report.ts";
import type { CliContext } from "../context.ts";
import { userFolders, withDotEnv } from "../setup/environment.ts";
import { dotEnvFolders } from "../setup/setup.ts";
import { findTeamSource } from "../setup/team-source.ts";
import { readTeams, type Teams } from "../setup/teams.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { screenOf } from "../terminal/screen.ts";
import { packageVersion } from "../terminal/version.ts";

interface Flags {
  readonly config?: string;
  readonly demo?: boolean;
  readonly team?: string;
  readonly n: number;
  readonly out: string;
  readonly parallel: number;
  readonly maxUsd?: number;
  readonly judge?: string;
  readonly selfConsistency?: string | true;
  readonly allowCommands?: boolean;
  readonly retryFailed?: boolean;
  readonly seed: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addCompare(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("compare")
    .description(
      "Find out on your own questions whether the team beats one model: the team, each member alone, a plain majority, and more.",
    )
    .argument("<questions>", 'JSONL: { "input": text or messages, "expect": ... } on each line')
    .option("--config <path>", "the team's configuration (default: as massgen serve)")
    .option("--demo", "the offline demo team, to see how it works")
    .option("--team <name>", "which of the configuration's teams (default: its default team)")
    .option("--n <count>", "runs of each question", wholeNumber(1, 100), 1)
    .option("--out <folder>", "where runs are kept and reports are written", "report")
    .option("--parallel <count>", "runs at a time", wholeNumber(1, 256), 4)
    .option("--max-usd <dollars>", "stop before it costs more, earlier runs in the folder included", dollars)
    .option("--judge <agent>", "the agent that judges where a question says so; not of the team")
    .option("--self-consistency [agent]", "compare also with one member asked as often as the team's cost pays for")
    .option("--allow-commands", "run the programs that the questions name as graders")
    .option("--retry-failed", "make kept runs again in which an agent failed")
    .option("--seed <text>", "decides the draws of the statistics", "massgen")
    .option("--yes", "agree to what it costs")
    .option("--json", "print the report as JSON")
    .addHelpText("after", examples)
    .action(async (path: string, flags: Flags) => finish(await runCompare(path, flags, context)));
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function dollars(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1e9) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

async function runCompare(path: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { cwd } = context;
  const file = resolve(cwd, path);
  const questions = readQuestions(readTextFileThere(file, `Cannot read ${path}`, largestFile), path);
  checkGraders(questions, flags);
  const teams = await teamsFor(flags, context);
  try {
    for (const warning of teams.warnings) context.stderr(`Warning: ${warning}\n`);
    checkMember(flags, teams);
    const folder = openOutFolder(resolve(cwd, flags.out));
    try {
      return await comparing({ questions, file, teams, ...optionsOf(flags) }, flags, context, folder);
    } finally {
      folder.release();
    }
  } finally {
    await teams.registry.close();
  }
}

function optionsOf(flags: Flags): Omit<ComparisonOptions, "questions" | "file" | "teams"> {
  const { team, judge, n: runsEach, parallel, maxUsd, selfConsistency = false, retryFailed = false, seed } = flags;
  return { team, judge, runsEach, parallel, maxUsd, selfConsistency, retryFailed, seed };
}

async function teamsFor(flags: Flags, context: CliContext): Promise<Teams> {
  const { cwd, home } = context;
  const initialEnv = withDotEnv(context.env, [cwd, ...userFolders(home)]);
  const keyVariables = builtInProviders().flatMap(({ apiKey }) => apiKey.variables);
  const source = findTeamSource(flags, { env: initialEnv, keyVariables, cwd, home });
  if (source.kind === "none") throw new MassgenError("configuration", "Name the team to compare: --config team.yaml.");
  const env = withDotEnv(context.env, dotEnvFolders(source, cwd, home));
  return readTeams(source, { cwd, env, redactor: createRedactor() });
}

/** @throws MassgenError `configuration` naming the questions whose graders cannot be used like this */
function checkGraders(questions: readonly Question[], { judge, allowCommands }: Flags): void {
  for (const { id, expectation } of questions) {
    const problem = expectation.type === "regex" ? patternProblem(expectation.source, expectation.flags) : undefined;
    if (problem !== undefined) throw new MassgenError("configuration", `${id}: its regex cannot be used: ${problem}`);
    if (expectation.type === "judge" && judge === undefined) {
      throw new MassgenError("configuration", `${id} is to be judged: name the agent that judges with --judge.`);
    }
    if (expectation.type === "command" && !allowCommands) {
      const message = `${id} is graded by a program, ${expectation.command.join(" ")}. If you trust this file, add --allow-commands.`;
      throw new MassgenError("configuration", message);
    }
  }
}

function checkMember({ selfConsistency, team }: Flags, { teams, defaultTeam }: Teams): void {
  if (typeof selfConsistency !== "string") return;
  const compared = team === undefined ? defaultTeam : teams.find(({ name }) => name === team);
  const ids = compared?.agents.map(({ id }) => id) ?? [];
  if (compared === undefined || ids.includes(selfConsistency)) return;
  const message = `--self-consistency ${selfConsistency}: the team has no such agent. Its agents: ${ids.join(", ")}.`;
  throw new MassgenError("configuration", message);
}

async function comparing(
  options: ComparisonOptions,
  flags: Flags,
  context: CliContext,
  folder: ComparisonPorts["folder"],
): Promise<ExitCode> {
  const { stderr, stdout, terminal } = context;
  const stop = new AbortController();
  const interrupted = Promise.withResolvers<ExitCode>();
  const stopListening = context.onSignal((signal) => {
    const code = signal === "SIGINT" ? exitCode.interrupted : exitCode.terminated;
    if (stop.signal.aborted) interrupted.resolve(code);
    else stop.abort(code);
  });
  const ports: ComparisonPorts = {
    folder,
    env: context.env,
    stop,
    write: stderr,
    terminal,
    now: () => performance.now(),
    version: packageVersion(),
    date: () => new Date(),
    async agree(lines) {
      stderr(`${lines.join("\n")}\n`);
      if (flags.yes) return true;
      if (context.ask) return context.ask("Go on?");
      throw new MassgenError("configuration", "Nothing was called. Add --yes to agree to this.");
    },
  };
  const work = compare(options, ports).then(
    (report): ExitCode => {
      if (!report) return exitCode.ok;
      const json = `${JSON.stringify(report, undefined, 2)}\n`;
      folder.write("report.json", json);
      folder.write("report.html", htmlReport(report));
      stdout(flags.json ? json : `${terminalReport(report, screenOf(context)).join("\n")}\n`);
      stderr(`\nWritten to ${flags.out}: report.html, report.json, and every run in runs.\n`);
      return exitCode.ok;
    },
    (error: unknown): ExitCode => {
      if (!(error instanceof StoppedError)) throw error;
      const { reason } = stop.signal as { readonly reason: unknown };
      const why = reason instanceof Error ? `: ${reason.message}` : "";
      stderr(`Stopped${why}. What is done is kept in ${flags.out}; the same command goes on.\n`);
      return typeof reason === "number" ? (reason as ExitCode) : exitCode.failure;
    },
  );
  try {
    return await Promise.race([work, interrupted.promise]);
  } finally {
    stopListening();
  }
}

const examples = `
Examples:
  massgen compare questions.jsonl --config team.yaml              the team against each member, and a report in report/
  massgen compare questions.jsonl --config team.yaml --max-usd 5  stop before it costs more than five dollars
  massgen compare questions.jsonl --self-consistency              also one member, asked as often as the team's cost pays

A question is a line of JSON:
  { "input": "What is 6 * 7?", "expect": { "number": 42 } }
  { "input": "Which is a prime? (A) 9 (B) 11", "expect": { "choice": "B" } }
Graders: equals, number, choice, regex, json, contains, command, judge. docs/compare.md has them all.

What is asked is kept in the folder: a comparison that was stopped goes on where it was.`;
