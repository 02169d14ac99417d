import { resolve } from "node:path";
import { serverSettings } from "@massgen/config";
import type { Command } from "commander";
import { createRedactor } from "@massgen/providers";
import { keyLines, packageLines, teamLines } from "../terminal/banner.ts";
import type { CliContext } from "../context.ts";
import { apiKeyVariable, readApiKeys } from "../setup/api-keys.ts";
import { ineffectiveVariables, withDotEnv } from "../setup/environment.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { dotEnvFolders } from "../setup/setup.ts";
import { checkSpending, spendingWarning } from "../setup/spending.ts";
import { storeSettings } from "../setup/store-settings.ts";
import { readTeams } from "../setup/teams.ts";
import { checkStore, storeLines } from "../store/check-store.ts";

export function addCheck(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("check")
    .description(
      "Report what is wrong with a configuration, or show its teams. Opens its store for reading. Calls no model.",
    )
    .argument("<config>", "YAML configuration file")
    .action(async (path: string) => finish(await runCheck(path, context)));
}

async function runCheck(path: string, context: CliContext): Promise<ExitCode> {
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
  await teams.registry.close();
  return exitCode.ok;
}
