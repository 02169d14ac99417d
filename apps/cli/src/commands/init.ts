import { MassgenError } from "@massgen/core";
import { createRedactor, createRegistry, type Registry } from "@massgen/providers";
import { type Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { configText } from "../init/config-text.ts";
import { foundLines, nothingFound } from "../init/first-words.ts";
import { type HostedService, hostedServices } from "../init/hosted-services.ts";
import { fileName, refuseExisting, schemaPlace, writeConfig } from "../init/make-config.ts";
import { agentsOf, type ProposedAgent, type Proposal, proposals } from "../init/propose-team.ts";
import { type Questions, terminalQuestions } from "../init/questions.ts";
import { triedTeam } from "../init/tried-team.ts";
import { trialLines } from "../live/trial-table.ts";
import { localServices } from "../services/local-services.ts";
import { readVariable, userFolders, withDotEnv, type Environment } from "../setup/environment.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { wrapped } from "../terminal/plain-text.ts";
import { type Screen, screenOf } from "../terminal/screen.ts";

interface InitFlags {
  readonly yes?: boolean;
  readonly preset?: string;
}

export function addInit(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("init")
    .description("Make massgen.yaml: a team of the models that your keys and local servers give you.")
    .option("-y, --yes", "ask nothing: the first team that can be made")
    .addOption(
      new Option("--preset <team>", "the team to make, instead of being asked").choices(["cheap", "strong", "local"]),
    )
    .addHelpText("after", help)
    .action(async (flags: InitFlags) => finish(await runInit(flags, context)));
}

async function runInit(flags: InitFlags, context: CliContext): Promise<ExitCode> {
  const { cwd, home } = context;
  refuseExisting(cwd);
  const questions = await questionsFor(flags, context);
  const env = withDotEnv(context.env, [cwd, ...userFolders(home)]);
  const registry = createRegistry({ env, redactor: createRedactor() });
  try {
    return await makeTeam(flags, questions, { context, env, registry });
  } finally {
    await registry.close();
  }
}

/** @throws MassgenError `configuration` where questions would be asked, and nobody can answer */
async function questionsFor({ yes }: InitFlags, context: CliContext): Promise<Questions | undefined> {
  if (yes === true) return undefined;
  if (context.screen !== undefined && context.stdin?.().isTTY === true) return terminalQuestions(context);
  const advice = "To make massgen.yaml without questions: massgen init --yes";
  throw new MassgenError("configuration", `massgen init asks questions, and this is not a terminal. ${advice}`);
}

interface Surroundings {
  readonly context: CliContext;
  readonly env: Environment;
  readonly registry: Registry;
}

async function makeTeam(
  { preset }: InitFlags,
  questions: Questions | undefined,
  { context, env, registry }: Surroundings,
): Promise<ExitCode> {
  const { cwd, stdout, stderr } = context;
  stderr("Looking for keys and local servers...\n");
  const [hosted, local] = await Promise.all([hostedServices(registry, env), localServices(registry, env)]);
  const found = proposals(hosted, local.found);
  const lines = foundLines(hosted, local);
  const screen = screenOf(context);
  if (lines.length > 0) stdout(`${["Found:", ...lines.flatMap((line) => hanging(line, screen)), ""].join("\n")}\n`);
  if (found.length === 0) {
    stdout(nothingFound(context));
    return exitCode.failure;
  }
  const proposal = await chosenProposal(found, preset, questions);
  if (proposal === undefined) return calledOff(context);
  const agents = await chosenAgents(proposal, questions);
  if (agents === undefined) return calledOff(context);
  // Whoever chose other models than those that were proposed meant these.
  const spare = agents.every((agent, at) => sameModel(agent, proposal.agents[at])) ? proposal.choices : [];
  const tell = (line: string): void => stderr(`${wrapped(line, screen.width).join("\n")}\n`);
  const tried = await triedTeam(agents, { registry, spare, tell });
  stdout(
    `${trialLines(
      tried.map(({ row }) => row),
      screen,
      { short: true },
    ).join("\n")}\n\n`,
  );
  const present = tried.filter(({ row }) => row.trial.takesPart).map(({ agent }) => agent);
  if (present.length === 0) {
    stderr(
      `No agent answered, so ${fileName} was not written. Mend what is said above, and type ${asTyped("init", context)} again.\n`,
    );
    return exitCode.failure;
  }
  const leftOut = tried
    .filter(({ row }) => !row.trial.takesPart)
    .map(({ agent, row }) => ({ agent, problem: row.trial.problems.join(" ") }));
  if (leftOut.length > 0 && questions !== undefined) {
    if ((await questions.write(present.length, tried.length)) !== true) return calledOff(context);
  }
  writeConfig(cwd, written(present, leftOut, hosted, { cwd, now: Date.now() }));
  stdout(lastWords(present, leftOut.length, context));
  return exitCode.ok;
}

/** A line that goes on further to the right where it is too long. */
function hanging(line: string, { width }: Screen): readonly string[] {
  return wrapped(line, width - 4).map((piece, at) => `${at === 0 ? "  " : "    "}${piece}`);
}

function sameModel(one: ProposedAgent, other: ProposedAgent | undefined): boolean {
  return one.type === other?.type && one.model === other.model;
}

async function chosenProposal(
  found: readonly Proposal[],
  preset: string | undefined,
  questions: Questions | undefined,
): Promise<Proposal | undefined> {
  if (preset !== undefined) {
    const wanted = found.find(({ kind }) => kind === preset);
    if (wanted !== undefined) return wanted;
    const others = found.map(({ kind }) => kind).join(", ");
    throw new MassgenError("configuration", `No ${preset} team can be made of what was found; these can: ${others}.`);
  }
  if (questions === undefined || found.length === 1) return found[0];
  const kind = await questions.kind(found);
  return found.find((proposal) => proposal.kind === kind);
}

async function chosenAgents(
  proposal: Proposal,
  questions: Questions | undefined,
): Promise<readonly ProposedAgent[] | undefined> {
  const { agents, choices } = proposal;
  if (questions === undefined || choices.length <= agents.length) return agents;
  const chosen = await questions.models(proposal);
  return chosen && agentsOf(chosen);
}

function written(
  agents: readonly ProposedAgent[],
  leftOut: Parameters<typeof configText>[0]["leftOut"],
  hosted: readonly HostedService[],
  { cwd, now }: { readonly cwd: string; readonly now: number },
): string {
  return configText({
    agents,
    leftOut,
    keyOf: (type) => hosted.find((service) => service.type === type)?.variable,
    schema: schemaPlace(cwd),
    day: new Date(now).toISOString().slice(0, 10),
  });
}

function calledOff({ stderr }: CliContext): ExitCode {
  stderr("Nothing was written.\n");
  return exitCode.interrupted;
}

function lastWords(agents: readonly ProposedAgent[], leftOut: number, context: CliContext): string {
  const { env } = context;
  const other = ["MASSGEN_SERVER_DEFAULT_CONFIG", "MASSGEN_SERVER_DEFAULT_MODEL"].find((name) =>
    readVariable(env, name),
  );
  const flag = other === undefined ? "" : ` --config ${fileName}`;
  const rest =
    leftOut === 0 ? "" : `; ${leftOut} that did not answer stand${leftOut === 1 ? "s" : ""} in it as a comment`;
  const wrote = `Wrote ${fileName}: a team of ${agents.map(({ id }) => id).join(", ")}${rest}.`;
  return [
    ...wrapped(wrote, screenOf(context).width),
    "",
    "Ask it:    " + asTyped(`run${flag} "Why is the sky blue?"`, context),
    "Serve it:  " + asTyped(`serve${flag}`, context),
    "           (any OpenAI client: http://localhost:4000/v1)",
    "",
  ].join("\n");
}

const help = `
Looks which keys of services are set (in the environment, in .env here and in ~/.config/massgen) and whether Ollama,
LM Studio, llama.cpp, vLLM or SGLang answer on their usual ports (or at OLLAMA_HOST, LMSTUDIO_BASE_URL,
LLAMACPP_BASE_URL, VLLM_BASE_URL, SGLANG_BASE_URL), proposes a team of three models, calls each of them once, and
writes massgen.yaml. A file that is there is never overwritten.

Where a service does not have a model after all, the next one of that team takes its place. An agent that does not
answer is written as a comment, with the reason. If none answers, nothing is written, and the exit code is 1. No key is written or shown.

Examples:
  massgen init                      asks at most three questions
  massgen init --yes                asks nothing
  massgen init --yes --preset local   a team of the models on this machine`;
