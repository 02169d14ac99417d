import { resolve } from "node:path";
import type { Command } from "commander";
import { createRegistry } from "@massgen/providers";
import { teamLines } from "../banner.ts";
import { readEnvironment } from "../config-file.ts";
import type { CliContext } from "../context.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { servedBy } from "../served.ts";

export function addCheck(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("check")
    .description("Say what is wrong with a configuration, or show the team it makes. Calls no model.")
    .argument("<config>", "YAML configuration file")
    .action(async (path: string) => finish(await runCheck(path, context)));
}

async function runCheck(path: string, context: CliContext): Promise<ExitCode> {
  const env = readEnvironment(context.env, context.cwd);
  const registry = createRegistry({ env });
  try {
    const source = { kind: "config", path: resolve(context.cwd, path), from: "the file to check" } as const;
    const served = servedBy(source, registry, { cwd: context.cwd, env });
    for (const warning of served.warnings) context.stderr(`Warning: ${warning}\n`);
    context.stdout([`${served.title} is fine.`, ...teamLines(served), ""].join("\n"));
    return exitCode.ok;
  } finally {
    await registry.close();
  }
}
