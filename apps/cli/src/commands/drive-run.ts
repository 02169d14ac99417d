import type { FlagValue } from "@massgen/config";
import { describeThrown, MassgenError, systemPorts } from "@massgen/core";
import { createPriceBook, createRedactor, packageAtWork } from "@massgen/providers";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { openLog } from "../observability/log/log.ts";
import { addServeFlags, type ServeFlags } from "../setup/serve-flags.ts";
import { readSetup } from "../setup/setup.ts";
import { lateLimiter } from "../store/late-limiter.ts";
import { agentsOf } from "../store/open-store.ts";
import { createEngine } from "../teams/engine.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";

/** The command by which a server starts a process for one run. Not for people. */
export const driveRunCommand = "drive-run";

export function addDriveRun(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program.command(driveRunCommand, { hidden: true }).description("Started by massgen serve only.");
  const flagsOf = addServeFlags(command);
  command.action(async (parsed: Readonly<Record<string, FlagValue>>) => finish(await run(flagsOf(parsed), context)));
}

/** Drives one run of the server that has started this process, with the same configuration. */
async function run(flags: ServeFlags, context: CliContext): Promise<ExitCode> {
  const parent = context.parent?.();
  if (parent === undefined) {
    throw new MassgenError("configuration", `massgen ${driveRunCommand} is started by massgen serve only.`);
  }
  // A terminal, or systemd, signals all processes of a server; the server says when this one is to end.
  context.onSignal(() => {});
  context.onHangup(() => {});
  const redactor = createRedactor();
  const limiter = lateLimiter();
  const prices = createPriceBook();
  const { driveForParent } = await import("@massgen/runs");
  const defect = Promise.withResolvers<ExitCode>();
  const driving = driveForParent({
    channel: parent,
    ports: { ...systemPorts, redact: redactor.redact, price: prices.price },
    async prepare(shared) {
      limiter.use(shared);
      const { settings, teams } = await readSetup(flags, context, { redactor, limiter, prices });
      const log = await openLog({
        level: settings.logLevel,
        format: settings.logFormat,
        sink: context.stderr,
        terminal: context.terminal,
        redact: redactor.redact,
      });
      context.onDefect((error) => {
        const culprit = packageAtWork();
        const what = culprit === undefined ? "defect: an error" : `${culprit} threw an error`;
        log.write("error", `${what} that nobody caught, in a process of its own`, { error: describeThrown(error) });
        if (culprit === undefined) defect.resolve(exitCode.failure);
      });
      const engine = createEngine({ ...teams, created: 0 });
      return (kept) => agentsOf(engine, kept);
    },
  });
  const code = await Promise.race([driving.then(() => exitCode.ok), defect.promise]);
  await parent.flushed();
  return code;
}
