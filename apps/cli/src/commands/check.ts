import { resolve } from "node:path";
import { serverSettings } from "@massgen/config";
import { type Command, InvalidArgumentError } from "commander";
import { createRedactor } from "@massgen/providers";
import { keyLines, packageLines, teamLines } from "../terminal/banner.ts";
import type { CliContext } from "../context.ts";
import { apiKeyVariable, readApiKeys } from "../setup/api-keys.ts";
import { ineffectiveVariables, withDotEnv } from "../setup/environment.ts";
import { tryTeam } from "../live/try-team.ts";
import { trialLines } from "../live/trial-table.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { screenOf } from "../terminal/screen.ts";
import { dotEnvFolders } from "../setup/setup.ts";
import { checkSpending, spendingWarning } from "../setup/spending.ts";
import { storeSettings } from "../setup/store-settings.ts";
import { readTeams, type Teams } from "../setup/teams.ts";
import { checkStore, storeLines } from "../store/check-store.ts";

export function addCheck(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("check")
    .description(
      "Report what is wrong with a configuration, or show its teams. Opens its store for reading. Calls no model, unless --live is given.",
    )
    .argument("<config>", "YAML configuration file")
    .option(
      "--live",
      "also try each agent with tiny calls, all at the same time: key, model, tools, JSON, images, time",
    )
    .option("--timeout <seconds>", "the longest that such a call may take (default: 60)", seconds)
    .addHelpText("after", help)
    .action(async (path: string, flags: CheckFlags) => finish(await runCheck(path, flags, context)));
}

interface CheckFlags {
  readonly live?: boolean;
  /** In seconds. */
  readonly timeout?: number;
}

const usualTimeout = 60;

function seconds(value: string): number {
  const number = Number(value);
  if (!/^\d{1,5}$/.test(value) || number === 0) {
    throw new InvalidArgumentError("It must be a whole number of seconds, at least 1.");
  }
  return number;
}

async function runCheck(path: string, flags: CheckFlags, context: CliContext): Promise<ExitCode> {
  const { cwd, home } = context;
  const source = { kind: "config", path: resolve(cwd, path), from: "the file to check" } as const;
  const env = withDotEnv(context.env, dotEnvFolders(source, cwd, home));
  const teams = await readTeams(source, { cwd, env, redactor: createRedactor() });
  const keys = readApiKeys({ variable: apiKeyVariable, env: {}, clientKeys: teams.clientKeys });
  await checkSpending(teams, keys);
  const settings = serverSettings({ flags: {}, env, file: teams.server });
  const store = storeSettings(settings, { flags: { server: {} }, env, source, cwd, fileKeys: teams.storeKeys });
  const found = await checkStore(store);
  const ofSpending = spendingWarning(store, keys) ?? [];
  for (const warning of [...ineffectiveVariables(context.env, env), ...teams.warnings].concat(ofSpending))
    context.stderr(`Warning: ${warning}\n`);
  const kept = storeLines(store, settings, found);
  const lines = [...teamLines(teams), ...keyLines(teams), ...packageLines(teams), ...kept];
  context.stdout([`${teams.title} is fine.`, ...lines, ""].join("\n"));
  const code = flags.live === true ? await tryAgents(teams, flags, context) : exitCode.ok;
  await teams.registry.close();
  return code;
}

async function tryAgents({ roster, registry }: Teams, flags: CheckFlags, context: CliContext): Promise<ExitCode> {
  if (roster === undefined) return exitCode.ok;
  const count = roster.team.agents.length;
  context.stderr(`Calling the ${count === 1 ? "model" : `models of ${count} agents`}...\n`);
  // Local services say what they can take: how many calls at once, and whether images.
  await registry.describe.lookUp();
  const { rows, absent } = await tryTeam(roster, { whole: true, limitMs: (flags.timeout ?? usualTimeout) * 1000 });
  context.stdout(["", ...trialLines(rows, screenOf(context)), ""].join("\n"));
  if (absent.length === 0) return exitCode.ok;
  context.stderr(`${absent.join(", ")} cannot take part in a run.\n`);
  return exitCode.failure;
}

const help = `
--live makes up to three calls for each agent: a vote, JSON by a schema, and an image of 32 by 32 pixels. It costs a
fraction of a cent with most models. "late" means that a model had to be asked again before it called the tool; "?" that
it was not found out. The exit code is 1 if an agent cannot take part in a run, not even with its fallback.`;
