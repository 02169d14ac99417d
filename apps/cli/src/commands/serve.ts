import type { Command } from "commander";
import { createRedactor } from "@massgen/providers";
import { createApp, serve, type Engine, type ServerApp } from "@massgen/server";
import { banner, keysGoneWarning, openDoorWarning } from "../banner.ts";
import type { CliContext } from "../context.ts";
import { createEngine } from "../engine.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { openLog, type Log } from "../log/log.ts";
import { knownAgents } from "../metrics/known-agents.ts";
import { loadMetrics } from "../metrics/load-metrics.ts";
import { observers } from "../observers.ts";
import { createReload } from "../reload.ts";
import type { ServeFlags } from "../serve-options.ts";
import { readServing, type Serving } from "../serving.ts";
import { untilStopped } from "../until-stopped.ts";
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
    .option("--queue-wait <seconds>", "longest wait for a place (default: 5)")
    .option("--max-connections <n>", "connections at the same time (default: 10000)")
    .option("--body-limit <size>", "largest request body (default: 20mb)")
    .option("--body-depth <n>", "lists and objects inside each other in a body (default: 200)")
    .option("--body-values <n>", "values in a body: strings, numbers, lists, objects (default: 100000)")
    .option("--body-keys <n>", "different field names in a body (default: 20000)")
    .option("--body-memory <size>", "all request bodies under way together (default: 512mb)")
    .option("--drain-timeout <seconds>", "time for running answers at shutdown (default: 30)")
    .option("--api-key-file <path>", "keys that let clients in, one a line (and env MASSGEN_SERVER_API_KEY)")
    .option("--cors-origin <origin>", "let pages of this origin call the server, * for all; repeatable", collect)
    .option(
      "--allowed-host <name>",
      "answer to this public name without a key, * for all; repeatable (env MASSGEN_SERVER_ALLOWED_HOST)",
      collect,
    )
    .option("--metrics-open", "GET /metrics needs no key")
    .option("--log-level <level>", "debug, info, warn or error (default: info)")
    .option("--log-format <format>", "json, pretty, off or auto: pretty on a terminal, else json (default: auto)")
    .addHelpText("after", examples)
    .action(async (flags: ServeFlags) => finish(await runServe(flags, context)));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function runServe(flags: ServeFlags, context: CliContext): Promise<ExitCode> {
  let reload = (): Promise<void> => Promise.resolve();
  // From the first moment that is ours: a process that starts is no more to be ended by it than one that serves.
  const stopHangups = context.onHangup(() => void reload());
  // One for all teams that the process serves: runs of an earlier one go on after a reload.
  const redactor = createRedactor();
  let serving = await readServing(flags, context, redactor);
  const { settings } = serving;
  const log = await openLog({
    level: settings.logLevel,
    format: settings.logFormat,
    sink: context.stderr,
    terminal: context.terminal,
    redact: redactor.redact,
  });
  const known = knownAgents();
  known.add(serving.served.served);
  const created = Math.floor(Date.now() / 1000);
  let engine = createEngine({ ...serving.served, created });
  const { metrics, load } = loadMetrics(known, () => ({
    admission: app.admission,
    waitingCalls: () => serving.served.registry.waitingCalls(),
  }));
  const version = packageVersion();
  // The address that was bound stays the same at a reload, whatever is configured by then.
  const liveOptions = (next: Serving) => ({
    ...next.settings.options,
    apiKeys: next.apiKeys,
    allowedHosts: [settings.host, ...next.settings.options.allowedHosts],
  });
  const app: ServerApp = createApp({
    engine: latest(() => engine),
    options: {
      ...liveOptions(serving),
      version,
      metrics: metrics.page,
      ...observers(log, metrics),
    },
  });
  const server = await serve({
    ...app,
    host: settings.host,
    port: settings.port,
    maxConnections: settings.maxConnections,
  });
  const { host, port } = server.address;
  const warnOfOpenDoor = ({ apiKeys }: Serving): void => {
    if (apiKeys.length === 0 && !isLoopback(host)) log.write("warn", openDoorWarning(host));
  };
  reload = createReload({
    started: serving,
    current: () => serving,
    read: () => readServing(flags, context, redactor, serving.source),
    apply(next) {
      // The old team's connections are left to its runs; they close by themselves when these are over.
      if (serving.apiKeys.length > 0 && next.apiKeys.length === 0) log.write("warn", keysGoneWarning);
      serving = next;
      redactor.forget(longestMemoryMs);
      engine = createEngine({ ...next.served, created });
      known.add(next.served.served);
      log.setLevel(next.settings.logLevel);
      app.reconfigure(liveOptions(next));
      warnOfOpenDoor(next);
      tellServices(next, log);
    },
    log,
    count: metrics.reload,
  });
  // Who reads that it serves may send signals at once.
  const stopped = untilStopped(server, () => serving.settings.drainTimeoutMs, context, log);
  for (const warning of serving.served.warnings) log.write("warn", warning);
  warnOfOpenDoor(serving);
  context.stdout(
    banner({ version, served: serving.served, url: server.url, host, port, keyed: serving.apiKeys.length > 0 }),
  );
  log.write("info", "started", { version, host, port, team: serving.served.title });
  tellServices(serving, log);
  await load();
  const code = await stopped;
  stopHangups();
  // After a second signal nobody waits for calls that are still out.
  if (code === exitCode.ok || code === exitCode.failure) await serving.served.registry.close();
  return code;
}

/** Says what services on the user's own machine can take, whenever they say so. Nobody waits for it. */
function tellServices({ served }: Serving, log: Log): void {
  const { registry } = served;
  registry.onServiceReport(({ answered, ...report }) => {
    if (answered) log.write("info", "local service", report);
    else log.write("warn", "local service does not say what it can take; it is asked again when requests come", report);
  });
  void registry.lookUp();
}

/** An engine that can be exchanged: every request goes to the one that is there when it comes. */
function latest(engine: () => Engine): Engine {
  return {
    resolve: (model) => engine().resolve(model),
    models: () => engine().models(),
    ready: () => engine().ready(),
  };
}

/** How long the secrets of an earlier configuration are kept out of texts, in milliseconds: far longer than any run. */
const longestMemoryMs = 24 * 60 * 60 * 1000;

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}

const examples = `
The team is the first that is there: --config, MASSGEN_SERVER_DEFAULT_CONFIG, --default-model,
MASSGEN_SERVER_DEFAULT_MODEL, ./massgen.yaml, ./.massgen/config.yaml, ~/.config/massgen/config.yaml.
Flags win over the environment, the environment over the file. Three .env files are read, the first that sets a name
wins: in this folder, beside the configuration, in ~/.config/massgen. HTTPS_PROXY, HTTP_PROXY and NO_PROXY hold.
SIGHUP reads all of it again, keys included, without a restart.

Examples:
  massgen serve --demo
  massgen serve --config team.yaml --port 8080
  massgen serve --default-model gpt-4o --host 127.0.0.1`;
