import type { FlagValue } from "@massgen/config";
import type { Command } from "commander";
import { createRedactor } from "@massgen/providers";
import { createApp, serve, type Engine, type ServerApp } from "@massgen/server";
import { banner, keysGoneWarning, openDoorWarning } from "../banner.ts";
import type { CliContext } from "../context.ts";
import { createEngine } from "../engine.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { liveOptions } from "../live-options.ts";
import { openLog, type Log } from "../log/log.ts";
import { knownAgents } from "../metrics/known-agents.ts";
import { loadMetrics } from "../metrics/load-metrics.ts";
import { observers } from "../observers.ts";
import { rehearse } from "../rehearsal.ts";
import { createReload } from "../reload.ts";
import { addServeFlags, type ServeFlags } from "../serve-flags.ts";
import { readServing, type Serving } from "../serving.ts";
import { untilStopped } from "../until-stopped.ts";
import { packageVersion } from "../version.ts";

export function addServe(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program.command("serve").description("Serve a team as an OpenAI-compatible HTTP server.");
  const flagsOf = addServeFlags(command);
  command
    .addHelpText("after", examples)
    .action(async (parsed: Readonly<Record<string, FlagValue>>) => finish(await runServe(flagsOf(parsed), context)));
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
    waitingCalls: () => serving.served.registry.describe.waitingCalls(),
  }));
  const version = packageVersion();
  // The address that was bound stays the same at a reload, whatever is configured by then.
  const optionsOf = (next: Serving) => ({
    ...liveOptions(next.settings),
    apiKeys: next.apiKeys,
    allowedHosts: [settings.host, ...next.settings.allowedHosts],
  });
  const app: ServerApp = createApp({
    engine: latest(() => engine),
    options: {
      ...optionsOf(serving),
      version,
      metrics: metrics.page,
      ...observers(log, metrics),
    },
  });
  const server = await serve(app, {
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
      app.reconfigure(optionsOf(next));
      warnOfOpenDoor(next);
      tellServices(next, log);
      void next.served.registry.describe.load();
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
  await rehearse(serving.served.registry);
  const code = await stopped;
  stopHangups();
  // After a second signal nobody waits for calls that are still out.
  if (code === exitCode.ok || code === exitCode.failure) await serving.served.registry.close();
  return code;
}

/** Says what services on the user's own machine can take, whenever they say so. Nobody waits for it. */
function tellServices({ served }: Serving, log: Log): void {
  const { registry } = served;
  registry.describe.onServiceReport(({ answered, ...report }) => {
    if (answered) log.write("info", "local service", report);
    else log.write("warn", "local service does not say what it can take; it is asked again when requests come", report);
  });
  void registry.describe.lookUp();
}

/** An engine that can be exchanged: every request goes to the one that is there when it comes. */
function latest(engine: () => Engine): Engine {
  return {
    start: (ask) => engine().start(ask),
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
