import type { Command } from "commander";
import { builtInProviders } from "@massgen/providers";
import { createApp, serve, type RunningServer } from "@massgen/server";
import { banner, openDoorWarning } from "../banner.ts";
import { readEnvironment } from "../config-file.ts";
import type { CliContext } from "../context.ts";
import { createEngine } from "../engine.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { isQuietProbe, requestLine } from "../request-log.ts";
import { servedBy } from "../served.ts";
import { serveSettings, type ServeFlags } from "../serve-options.ts";
import { findTeamSource } from "../team-source.ts";
import { packageVersion } from "../version.ts";

export function addServe(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command("serve")
    .description("Serve a team as an OpenAI-compatible HTTP server.")
    .option("--config <path>", "YAML configuration file (env MASSGEN_SERVER_DEFAULT_CONFIG)")
    .option("--host <host>", "bind address (env MASSGEN_SERVER_HOST) (default: 0.0.0.0)")
    .option("--port <port>", "port number, 0 for any free one (env MASSGEN_SERVER_PORT) (default: 4000)")
    .option(
      "--default-model <model>",
      "model to use if no config is provided, as a team of three (env MASSGEN_SERVER_DEFAULT_MODEL)",
    )
    .option("--demo", "serve an offline team: no key, no model, made-up answers")
    .option("--heartbeat <seconds>", "comment line after so much silence in a stream, 0 for none (default: 15)")
    .option("--json-deadline <seconds>", "longest run that is not streamed (default: 280)")
    .option("--max-concurrent-runs <n>", "runs at the same time (default: 256)")
    .option("--queue <n>", "requests that may wait for a place (default: 32)")
    .option("--body-limit <size>", "largest request body (default: 20mb)")
    .option("--drain-timeout <seconds>", "time for running answers at shutdown (default: 30)")
    .addHelpText("after", examples)
    .action(async (flags: ServeFlags) => finish(await runServe(flags, context)));
}

async function runServe(flags: ServeFlags, context: CliContext): Promise<ExitCode> {
  const env = readEnvironment(context.env, context.cwd);
  // Once for its errors: a mistyped flag is told before anything about teams.
  serveSettings(flags, env, {});
  const keyVariables = builtInProviders().flatMap(({ apiKey }) => apiKey.variables);
  const source = findTeamSource(flags, { env, keyVariables, cwd: context.cwd, home: context.home });
  const served = await servedBy(source, { cwd: context.cwd, env });
  const { registry } = served;
  const settings = serveSettings(flags, env, served.server);
  const version = packageVersion();
  const app = createApp({
    engine: createEngine({ ...served, created: Math.floor(Date.now() / 1000) }),
    options: {
      ...settings.options,
      apiKeys: settings.apiKeys,
      version,
      log: (entry) => {
        if (!isQuietProbe(entry)) context.stderr(registry.redact(requestLine(entry, new Date())));
      },
    },
  });
  const server = await serve({ ...app, host: settings.host, port: settings.port });

  for (const warning of served.warnings) context.stderr(`Warning: ${warning}\n`);
  const { host, port } = server.address;
  const keyed = settings.apiKeys.length > 0;
  if (!keyed && !isLoopback(host)) context.stderr(openDoorWarning(host));
  context.stdout(banner({ version, served, url: server.url, host, port, keyed }));

  const code = await untilStopped(server, settings.drainTimeoutMs, context);
  // After a second signal nobody waits for calls that are still out.
  if (code === exitCode.ok || code === exitCode.failure) await registry.close();
  return code;
}

/** Serves until a signal asks to stop, then drains; a second signal ends at once. */
function untilStopped(server: RunningServer, timeoutMs: number, context: CliContext): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let draining = false;
    const stopListening = context.onSignal((signal) => {
      if (draining) {
        stopListening();
        resolve(signal === "SIGINT" ? exitCode.interrupted : exitCode.terminated);
        return;
      }
      draining = true;
      context.stderr(`${signal}: taking no new requests; running answers have ${timeoutMs / 1000} s.\n`);
      server.close({ timeoutMs }).then((end) => {
        stopListening();
        if (end === "cut-short") context.stderr("Some answers were cut short.\n");
        resolve(end === "drained" ? exitCode.ok : exitCode.failure);
      }, reject);
    });
  });
}

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}

const examples = `
The team is the first that is there: --config, MASSGEN_SERVER_DEFAULT_CONFIG, --default-model,
MASSGEN_SERVER_DEFAULT_MODEL, ./massgen.yaml, ./.massgen/config.yaml, ~/.config/massgen/config.yaml.
Flags win over the environment, the environment over the file. A .env file in this folder is read.

Examples:
  massgen serve --demo
  massgen serve --config team.yaml --port 8080
  massgen serve --default-model gpt-4o --host 127.0.0.1`;
