import { guardObserver, systemPorts as corePorts, type Team } from "@massgen/core";
import { createKeeper, createMemorySpending, createMemoryStore, type Keeper } from "@massgen/runs";
import express, { type Express, type Response } from "express";
import { wires } from "../wires/wires.ts";
import { createAdmission, type Admission } from "./admission.ts";
import type { Engine } from "../runs/engine.ts";
import { teamEngine } from "../runs/team-engine.ts";
import { createBodyMemory } from "./body-memory.ts";
import { bytesOf } from "./byte-size.ts";
import { requireApiKey, requireRunsKey } from "./middleware/api-key.ts";
import { answerPreflight, cors } from "./middleware/cors.ts";
import { errorHandler } from "./middleware/error-handler.ts";
import { inOrder } from "./middleware/in-order.ts";
import { jsonBody, type BodyLimits } from "./middleware/json-body.ts";
import { openDoor } from "./middleware/open-door.ts";
import { onlyMethods } from "./middleware/only-methods.ts";
import { requestContext } from "./middleware/request-context.ts";
import { soundFraming } from "./middleware/sound-framing.ts";
import { checkOptionNames } from "./option-names.ts";
import { defaultOptions, type LiveOptions, type ServerOptions } from "./options.ts";
import { systemPorts, type Ports } from "../ports.ts";
import { createRespond } from "./respond.ts";
import { recallFrom } from "../runs/kept-runs.ts";
import { createLiveRuns } from "../runs/live-runs.ts";
import { createOpenRuns } from "../runs/open-runs.ts";
import { storedRuns } from "../runs/stored-runs.ts";
import { contextOf } from "./request-context.ts";
import { listKept } from "./routes/list-kept.ts";
import { keptRoutes } from "./routes/kept.ts";
import type { Wire } from "../wires/wire.ts";
import { countTokens } from "./routes/count-tokens.ts";
import type { AnswerParts } from "./answer-parts.ts";
import { answer, refuseWhileDraining } from "./routes/answer.ts";
import { consolePages, toConsole } from "./routes/console.ts";
import { plainPaths } from "./middleware/plain-paths.ts";
import { health, ready, root } from "./routes/health.ts";
import { metrics } from "./routes/metrics.ts";
import { getModel, listModels } from "./routes/models.ts";
import { runRoutes } from "./routes/runs.ts";
import { isRunsPath } from "./route-name.ts";
import { unknownUrl } from "./routes/unknown-url.ts";

/** What to serve: one team, or an engine that starts the runs. */
export type AppSettings = HostSettings &
  ({ readonly team: Team; readonly engine?: never } | { readonly engine: Engine; readonly team?: never });

interface HostSettings {
  /**
   * Keeps runs, and drives those in the background. Absent: runs are kept in memory, for an hour, and those in the
   * background end with the app. The host closes it after the server.
   */
  readonly keeper?: Keeper;
  readonly options?: Partial<ServerOptions>;
  /** Clock and ids; the system's by default. */
  readonly ports?: Partial<Ports>;
}

/** The server as an Express application, with the controls for shutting it down. */
export interface ServerApp {
  /**
   * Mount it with `host.use("/team", handler)`, or let {@link serve} open a port for it. It answers every path below
   * its mount point, errors included.
   */
  readonly handler: Express;
  /**
   * For a host that shuts down: call `drain()`, wait until `inFlight` is 0, and call `dismissViewers()` and
   * `cutShort()` at your own deadline.
   */
  readonly admission: Omit<Admission, "enter" | "admitWaiting" | "watch">;
  /**
   * Changes options from the next request on; options not given stay as they are. Runs in progress are not affected.
   * @throws MassgenError `configuration` for an option that does not exist
   */
  readonly reconfigure: (options: Partial<LiveOptions>) => void;
}

/**
 * Builds the application. Opens no port and starts nothing.
 *
 *     const app = createApp({ team: createTeam({ agents }) });
 *     const server = await serve(app, { host: "127.0.0.1", port: 4000 });
 *
 * @throws MassgenError `configuration` for an option that does not exist, or does not stand in `options`
 */
export function createApp({ options, ports, keeper, ...served }: AppSettings): ServerApp {
  checkOptionNames({ ...served, options });
  let settings: ServerOptions = { ...defaultOptions, ...given(options) };
  const surroundings: Ports = { ...systemPorts, ...ports };
  const engine = served.engine ?? teamEngine(served.team, Math.floor(surroundings.clock.date() / 1000));
  const admission = createAdmission(() => settings, surroundings);
  const respond = createRespond(surroundings);
  const bodyMemory = createBodyMemory(() => bytesOf(settings.bodyMemory));
  const guard = requireApiKey(() => settings.apiKeys);
  const metricsGuard = requireApiKey(
    () => settings.metricsKeys,
    "The key is not one of those for this server's metrics.",
  );

  const { begun, observe, log, observerFailed } = settings;
  const observers = {
    begun: guardObserver("begun", begun, observerFailed),
    observe: guardObserver("observe", observe, observerFailed),
    log: guardObserver("log", log, observerFailed),
  };

  const { storesAnswers, history, storeKeepMs, storeFailed } = settings;
  const runs = storedRuns({
    live: createLiveRuns(surroundings.clock),
    open: createOpenRuns(),
    keeper: keeper ?? memoryKeeper(surroundings, engine),
    teams: keeper === undefined ? undefined : engine.team?.bind(engine),
    wires,
    ports: surroundings,
    keepMs: keeper?.durable === true ? storeKeepMs : memoryKeepMs,
    history: storesAnswers ? history : "off",
    failed: storeFailed,
  });
  const parts: AnswerParts = {
    engine,
    runs,
    spending: keeper?.spending ?? createMemorySpending(surroundings.clock),
    admission,
    ports: surroundings,
    respond,
    begun: observers.begun,
    observe: observers.observe,
    get options() {
      return settings;
    },
  };

  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use(inOrder());
  app.use(plainPaths);
  app.use(requestContext(admission, surroundings, observers.log));
  app.use(soundFraming);
  app.use(cors(() => settings.corsOrigins));
  app.use(openDoor(() => settings));
  app.use(answerPreflight);

  app.route("/").get(toConsole(settings.console), root(respond)).all(onlyMethods("GET", "HEAD"));
  app.route(["/console", "/console/*path"]).get(consolePages(settings.console)).all(onlyMethods("GET", "HEAD"));
  app.route("/health").get(health(respond, settings.version)).all(onlyMethods("GET", "HEAD"));
  app
    .route("/ready")
    .get(ready(respond, engine, admission, keeper))
    .all(onlyMethods("GET", "HEAD"));
  if (settings.metrics !== undefined) {
    app
      .route("/metrics")
      .all((req, res, next) => {
        if (settings.metricsOpen) next();
        else if (settings.metricsKeys.length > 0) metricsGuard(req, res, next);
        else guard(req, res, next);
      })
      .get(metrics(settings.metrics))
      .all(onlyMethods("GET", "HEAD"));
  }
  const runsGuard = requireRunsKey(() => settings);
  app.use((req, res, next) => (isRunsPath(req.path) ? runsGuard : guard)(req, res, next));
  const run = runRoutes(parts);
  app.route("/massgen/sums").get(run.sums).all(onlyMethods("GET", "HEAD"));
  app.route("/massgen/runs").get(run.list).all(onlyMethods("GET", "HEAD"));
  app
    .route("/massgen/runs/:id")
    .get(run.get)
    .delete(run.remove)
    .all(onlyMethods("GET", "HEAD", "DELETE"));
  app.route("/massgen/runs/:id/log").get(run.log).all(onlyMethods("GET", "HEAD"));
  app.route("/massgen/runs/:id/events").get(run.events).all(onlyMethods("GET"));
  app.route("/massgen/runs/:id/cancel").post(run.cancel).all(onlyMethods("POST"));
  app.route("/massgen/runs/:id/answer-now").post(run.answerNow).all(onlyMethods("POST"));
  app.route("/v1/models").get(listModels(respond, engine)).all(onlyMethods("GET", "HEAD"));
  app.route("/v1/models/*id").get(getModel(respond, engine)).all(onlyMethods("GET", "HEAD"));
  const recall = (wire: Wire) => (sent: unknown, res: Response) =>
    recallFrom(runs, wire, contextOf(res).owner, wire.keeps?.named(sent) ?? []);
  const body = jsonBody(() => bodyLimits(settings), bodyMemory);
  for (const wire of wires) {
    const route = app.route(wire.path).post(refuseWhileDraining(admission), ...body, answer(wire, parts));
    if (wire.keeps?.listed === true) route.get(listKept(wire, parts)).all(onlyMethods("GET", "HEAD", "POST"));
    else route.all(onlyMethods("POST"));
    if (wire.count !== undefined) {
      app
        .route(wire.count.path)
        .post(refuseWhileDraining(admission), ...body, countTokens(wire, wire.count, recall(wire), engine, respond))
        .all(onlyMethods("POST"));
    }
    if (wire.keeps !== undefined) {
      const kept = keptRoutes(wire, wire.keeps, parts);
      app
        .route(`${wire.path}/:id`)
        .get(kept.get)
        .delete(kept.remove)
        .all(onlyMethods("GET", "HEAD", "DELETE"));
      const { unfinished, words } = wire.keeps;
      if (unfinished) app.route(`${wire.path}/:id/cancel`).post(kept.cancel).all(onlyMethods("POST"));
      app.route(`${wire.path}/:id/${words.input}`).get(kept.input).all(onlyMethods("GET", "HEAD"));
    }
  }

  app.use(unknownUrl);
  app.use(errorHandler(respond));
  return {
    handler: app,
    admission,
    reconfigure(changed) {
      checkOptionNames({ options: changed });
      settings = { ...settings, ...given(changed) };
      admission.admitWaiting();
    },
  };
}

/** How long runs are kept in memory, from their end. */
const memoryKeepMs = 60 * 60 * 1000;

/** Keeps what has ended, and drives nothing. */
function memoryKeeper({ clock }: Ports, { redact }: Pick<Engine, "redact">): Keeper {
  const store = createMemoryStore({ now: () => clock.date() });
  return createKeeper({ store, agentsFor: async () => [], ports: { ...corePorts, clock, ...(redact && { redact }) } });
}

function bodyLimits({ bodyLimit, bodyDepth, bodyValues, bodyKeys }: ServerOptions): BodyLimits {
  return { size: bodyLimit, depth: bodyDepth, values: bodyValues, keys: bodyKeys };
}

/** The options that are not undefined. */
function given(options: Partial<ServerOptions> = {}): Partial<ServerOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
