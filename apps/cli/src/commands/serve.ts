import type { FlagValue } from "@massgen/config";
import type { Command } from "commander";
import { createPriceBook, createRedactor } from "@massgen/providers";
import type { Keeper } from "@massgen/runs";
import { createApp, serve, type ConsoleSite, type Engine, type RunningServer, type ServerApp } from "@massgen/server";
import { banner, consoleLine, keysRemovedWarning, noKeyWarning, ownAdminKeyLine } from "../terminal/banner.ts";
import type { CliContext } from "../context.ts";
import { driveRunCommand } from "./drive-run.ts";
import { createEngine } from "../teams/engine.ts";
import { type ConsolePackage, findConsole } from "../packages/console-package.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { httpOptions } from "../setup/http-options.ts";
import { openLog, type Log } from "../observability/log/log.ts";
import { knownAgents } from "../observability/metrics/known-agents.ts";
import { loadMetrics } from "../observability/metrics/load-metrics.ts";
import { observers } from "../observability/observers.ts";
import { loadTracing } from "../observability/tracing/load-tracing.ts";
import { warmUp } from "../teams/warm-up.ts";
import { adminKeysOf, newAdminKey } from "../setup/server-keys.ts";
import { createReload } from "../setup/reload.ts";
import { addServeFlags, type ServeFlags } from "../setup/serve-flags.ts";
import { localLines } from "../services/local-lines.ts";
import { localServices } from "../services/local-services.ts";
import { readSetup, type Setup } from "../setup/setup.ts";
import { limitedKeys, spendingWarning } from "../setup/spending.ts";
import { storeLines } from "../store/check-store.ts";
import { lateLimiter } from "../store/late-limiter.ts";
import { openKeeperFor } from "../store/open-store.ts";
import { mayPass } from "../store/store-problem.ts";
import { untilStopped } from "./until-stopped.ts";
import { packageVersion } from "../terminal/version.ts";

export function addServe(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  const command = program.command("serve").description("Serve a team as an OpenAI-compatible HTTP server.");
  const flagsOf = addServeFlags(command);
  command
    .addHelpText("after", examples)
    .action(async (parsed: Readonly<Record<string, FlagValue>>) => finish(await served(flagsOf(parsed), context)));
}

/**
 * A store that does not answer yet, as when machines come up together, is worth another start: no fault of the
 * configuration, after which supervisors leave a server alone.
 */
async function served(flags: ServeFlags, context: CliContext): Promise<ExitCode> {
  try {
    return await runServe(flags, context);
  } catch (error) {
    if (!mayPass(error)) throw error;
    context.stderr(`${error.message}\n`);
    return exitCode.failure;
  }
}

async function runServe(flags: ServeFlags, context: CliContext): Promise<ExitCode> {
  let reload = (): Promise<void> => Promise.resolve();
  // From the beginning: SIGHUP must not end a process that is still starting.
  const stopHangups = context.onHangup(() => void reload());
  // One for the whole process: runs of the old team go on after a reload.
  const redactor = createRedactor();
  const limiter = lateLimiter();
  const prices = createPriceBook();
  const shared = { redactor, limiter, prices };
  let setup = await readSetup(flags, context, shared);
  const { settings } = setup;
  const log = await openLog({
    level: settings.logLevel,
    format: settings.logFormat,
    sink: context.stderr,
    terminal: context.terminal,
    redact: redactor.redact,
  });
  const known = knownAgents();
  known.add(setup.teams);
  const created = Math.floor(Date.now() / 1000);
  let engine = createEngine({ ...setup.teams, created });
  const { metrics, load } = loadMetrics(known, () => ({
    admission: app.admission,
    waitingCalls: () => setup.teams.registry.describe.waitingCalls(),
  }));
  const version = packageVersion();
  const ownAdminKey = newAdminKey();
  const site = await findConsole();
  let toldAdminKey = false;
  // A reload does not change the address that was bound.
  const optionsOf = (next: Setup) => ({
    ...httpOptions(next.settings),
    apiKeys: next.apiKeys,
    metricsKeys: next.metricsKeys,
    adminKeys: adminKeysOf(next, ownAdminKey),
    allowedHosts: [settings.host, ...next.settings.allowedHosts],
  });
  const tracing = await loadTracing({
    env: setup.otelVariables,
    cwd: context.cwd,
    log,
    version,
    redact: redactor.redact,
    typeOf: (agentId, model) => known.labelsOf(agentId, model).type,
  });
  const { keptEvent, ...observing } = observers(log, metrics, tracing);
  const { fork, args = [] } = context;
  const keeper = await openKeeperFor(setup.store, {
    engine: () => engine,
    ...(fork && { fork: () => fork([driveRunCommand, ...args]) }),
    log,
    redact: redactor.redact,
    limiter,
    price: prices.price,
    observe: keptEvent,
    orphanMs: settings.backgroundOrphanMs,
    mostPerDay: (owner) => limitedKeys(setup.apiKeys).find(({ name }) => name === owner)?.maxUsdPerDay,
    places: () => Math.max(1, setup.settings.maxConcurrentRuns - app.admission.inFlight),
    mostWaiting: () => ({ runs: setup.settings.backgroundQueue, bytes: setup.settings.backgroundQueueBytes }),
  });
  const app: ServerApp = createApp({
    engine: currentEngine(() => engine),
    ...(keeper && { keeper }),
    options: {
      ...optionsOf(setup),
      version,
      ...(site && { console: siteOf(site) }),
      metrics: metrics.page,
      storesAnswers: setup.store.kind !== "off",
      storeKeepMs: settings.storeKeepMs,
      history: settings.history,
      storeFailed: (message, error) => log.write("error", message, { error: String(error) }),
      ...observing,
    },
  });
  const server = await serve(app, {
    host: settings.host,
    port: settings.port,
    maxConnections: settings.maxConnections,
  });
  const { host, port } = server.address;
  const warnOfKeys = ({ apiKeys, store }: Setup): void => {
    if (apiKeys.length === 0 && !isLoopback(host)) log.write("warn", noKeyWarning(host));
    const warning = spendingWarning(store, apiKeys);
    if (warning !== undefined) log.write("warn", warning);
  };
  // It is said once: here, or in the console's link where that is shown on a terminal.
  const tellAdminKey = (now: Setup): void => {
    if (toldAdminKey || adminKeysOf(now, ownAdminKey).every((key) => key !== ownAdminKey)) return;
    toldAdminKey = true;
    log.write("info", ownAdminKeyLine, { admin_key: ownAdminKey });
  };
  reload = createReload({
    started: setup,
    current: () => setup,
    read: () => readSetup(flags, context, shared, setup.source),
    apply(next) {
      if (setup.apiKeys.length > 0 && next.apiKeys.length === 0) log.write("warn", keysRemovedWarning);
      // The old registry is not closed: runs under way need its connections, which close when they have been idle.
      setup = next;
      redactor.forget(oldSecretsMs);
      engine = createEngine({ ...next.teams, created });
      known.add(next.teams);
      log.setLevel(next.settings.logLevel);
      app.reconfigure(optionsOf(next));
      warnOfKeys(next);
      tellAdminKey(next);
      logServices(next, log);
      void next.teams.registry.describe.load();
    },
    log,
    count: metrics.reload,
  });
  // Before the banner: a process that reads it may send signals at once.
  const stopped = untilStopped(withKeeper(server, keeper), () => setup.settings.drainTimeoutMs, context, log);
  for (const warning of setup.teams.warnings) log.write("warn", warning);
  warnOfKeys(setup);
  const { teams } = setup;
  const keyed = setup.apiKeys.length > 0;
  const kept = storeLines(setup.store, settings);
  const own = context.screen !== undefined && adminKeysOf(setup, ownAdminKey).includes(ownAdminKey);
  const consoleLink = site && consoleLine(server.url, own ? ownAdminKey : undefined);
  context.stdout(
    banner({ version, teams, url: server.url, host, port, keyed, kept, ...(consoleLink && { consoleLink }) }),
  );
  toldAdminKey = own && site !== undefined;
  log.write("info", "started", { version, host, port, team: setup.teams.title });
  tellAdminKey(setup);
  logServices(setup, log);
  // Nobody waits for it.
  if (setup.source.kind === "demo" || setup.source.kind === "none") void tellLocalModels(setup, context);
  await keeper?.begin();
  await Promise.all([load(), prices.load()]);
  await warmUp(setup.teams.registry);
  const code = await stopped;
  stopHangups();
  // After a second signal the process does not wait for calls that are still open.
  if (code === exitCode.ok || code === exitCode.failure) {
    await Promise.all([setup.teams.registry.close(), tracing?.close()]);
  }
  return code;
}

/** Logs what local model servers report about their limits, when they report it. */
function logServices({ teams }: Setup, log: Log): void {
  const { registry } = teams;
  registry.describe.onServiceReport(({ answered, ...report }) => {
    if (answered) log.write("info", "local service", report);
    else log.write("warn", "local service does not report its limits; it is asked again when requests come", report);
  });
  void registry.describe.lookUp();
}

/** Says how to use the models of local servers, if any answer. */
async function tellLocalModels({ teams, providerVariables }: Setup, context: CliContext): Promise<void> {
  const lines = localLines(await localServices(teams.registry, providerVariables), context);
  if (lines.length > 0) context.stdout(`\n${lines.join("\n")}\n`);
}

/** A server whose runs in the background have the same time to end as those of its clients. */
function withKeeper(server: RunningServer, keeper: Keeper | undefined): Pick<RunningServer, "close"> {
  if (keeper === undefined) return server;
  return {
    async close(options) {
      const ends = await Promise.all([server.close(options), keeper.stop(options.timeoutMs)]);
      await keeper.close(0);
      return ends.includes("cut-short") ? "cut-short" : "drained";
    },
  };
}

/** The console as the server takes it. */
function siteOf({ consoleFiles, consolePage, contentSecurityPolicy }: ConsolePackage): ConsoleSite {
  return { files: consoleFiles, page: consolePage, contentSecurityPolicy };
}

/** An engine that passes each request to the current one, so that a reload can replace it. */
function currentEngine(engine: () => Engine): Engine {
  return {
    start: (ask) => engine().start(ask),
    team: async (model) => {
      const team = await engine().team?.(model);
      if (team === undefined) throw new TypeError("this engine has no teams");
      return team;
    },
    find: (model, teams) => engine().find?.(model, teams) ?? { model: model ?? "massgen" },
    models: (teams) => engine().models(teams),
    model: (id, teams) => engine().model?.(id, teams),
    ready: () => engine().ready(),
  };
}

/** How long the secrets of an earlier setup are still redacted, in milliseconds: far longer than any run. */
const oldSecretsMs = 24 * 60 * 60 * 1000;

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}

const examples = `
The first of these that is set or exists names the team: --config, MASSGEN_SERVER_DEFAULT_CONFIG, --default-model,
MASSGEN_SERVER_DEFAULT_MODEL, ./massgen.yaml, ./.massgen/config.yaml, ~/.config/massgen/config.yaml.
Flags win over the environment, the environment over the file. Variables may also stand in a .env file: in this folder,
beside the configuration, or in ~/.config/massgen; the first of these that sets a name wins. HTTPS_PROXY, HTTP_PROXY and
NO_PROXY are honoured. SIGHUP makes the server read all of this again, keys included.

Examples:
  massgen serve --demo
  massgen serve --config team.yaml --port 8080
  massgen serve --default-model gpt-4o --host 127.0.0.1`;
