import { MassgenError } from "@massgen/core";
import { builtInProviders, createRedactor, createRegistry, type Registry } from "@massgen/providers";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { foundLines } from "../init/first-words.ts";
import { hostedServices } from "../init/hosted-services.ts";
import { localServices } from "../services/local-services.ts";
import { userFolders, withDotEnv, type Environment } from "../setup/environment.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { plainLine } from "../terminal/plain-text.ts";

export function addModels(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("models")
    .description("List the models that a service or a local server has, one a line.")
    .argument("[type]", "a backend type, such as openai or ollama; without it: which of them can be asked")
    .addHelpText("after", help)
    .action(async (type: string | undefined) => finish(await runModels(type, context)));
}

async function runModels(type: string | undefined, context: CliContext): Promise<ExitCode> {
  const env = withDotEnv(context.env, [context.cwd, ...userFolders(context.home)]);
  const registry = createRegistry({ env, redactor: createRedactor() });
  try {
    return type === undefined ? await listServices(registry, env, context) : await listModels(type, registry, context);
  } finally {
    await registry.close();
  }
}

const limitMs = 15_000;

async function listModels(type: string, registry: Registry, { stdout, stderr }: CliContext): Promise<ExitCode> {
  try {
    const models = await registry.describe.models({ type }, AbortSignal.timeout(limitMs));
    if (models.length === 0) stderr(`${type} has no models yet.\n`);
    stdout(models.map((model) => `${plainLine(model)}\n`).join(""));
    return exitCode.ok;
  } catch (error) {
    if (!MassgenError.isInstance(error) || error.code === "configuration") throw error;
    stderr(`${error.message}\n`);
    return exitCode.failure;
  }
}

async function listServices(registry: Registry, env: Environment, { stdout, stderr }: CliContext): Promise<ExitCode> {
  const [hosted, local] = await Promise.all([hostedServices(registry, env), localServices(registry, env)]);
  const lines = foundLines(hosted, local);
  if (lines.length > 0) {
    const found = lines.map((line) => `  ${line}`);
    stdout(`${["Found:", ...found, "", "massgen models TYPE lists the models of one."].join("\n")}\n`);
    return exitCode.ok;
  }
  const types = builtInProviders().flatMap(({ type, listing }) => (listing === undefined ? [] : [type]));
  stderr("No key of a service is set, and no local server answers on its usual port. massgen init says what to do.\n");
  stderr(`Types whose models can be listed: ${types.join(", ")}.\n`);
  return exitCode.failure;
}

const help = `
Keys and addresses are those of a configuration that says nothing of them: OPENAI_API_KEY, OPENAI_BASE_URL, OLLAMA_HOST
and so on, from the environment, .env here and in ~/.config/massgen.

Examples:
  massgen models                what can be asked
  massgen models openai         its models, as OpenAI lists them
  massgen models ollama         those that were pulled`;
