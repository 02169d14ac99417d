import { type Agent, MassgenError, type Ports, systemPorts } from "@massgen/core";
import type { Postgres } from "@massgen/postgres";
import type { BacklogLimits, Channel, Keeper, KeptRun, RunStore } from "@massgen/runs";
import type { Engine } from "@massgen/server";
import type { Log } from "../observability/log/log.ts";
import { levelOfRun, receiptFields } from "../observability/log/request-line.ts";
import type { Metrics } from "../observability/metrics/metrics.ts";
import type { DurableStore, MemoryStore, StoreSettings } from "../setup/store-settings.ts";
import type { LateLimiter } from "./late-limiter.ts";
import { charsIn, mostInMemory, waitingInMemory } from "./memory-share.ts";
import { asConfiguration, checkFolder } from "./store-problem.ts";

/** What keeping runs needs of the process around it. */
export interface KeeperParts {
  /** The one that serves at the moment. */
  readonly engine: () => Engine;
  readonly log: Pick<Log, "write">;
  readonly redact: (text: string) => string;
  /** Gets the limiter that all processes of the store share, where there is one. */
  readonly limiter: LateLimiter;
  /** Starts a process for one run. */
  readonly fork?: () => Channel;
  /** Prices the calls of runs that are driven here. */
  readonly price: Required<Ports>["price"];
  readonly observe: Metrics["keptEvent"];
  /** The dollars that an owner's runs may cost in a day; undefined for any number. */
  readonly mostPerDay: (owner: string) => number | undefined;
  /** How many runs in the background may be driven at once. */
  readonly places: () => number;
  /** How long a run that other rules have begun waits for a process of theirs, in milliseconds. */
  readonly orphanMs: number;
  /** How many of them may wait. */
  readonly mostWaiting: () => BacklogLimits;
}

/**
 * Opens the store that a setup names. Undefined for `off`.
 * @throws MassgenError `configuration` for a store that cannot be used
 */
export async function openKeeperFor(store: StoreSettings, parts: KeeperParts): Promise<Keeper | undefined> {
  if (store.kind === "off") return undefined;
  const { engine, log, redact, limiter, price, observe, mostPerDay, places, mostWaiting, orphanMs, fork } = parts;
  const failed = (message: string, error: unknown): void => log.write("error", message, { error: String(error) });
  const opened = await openShared(store, failed);
  if (opened.limiter !== undefined) limiter.use(opened.limiter);
  const ports: Ports = { ...systemPorts, redact, price };
  const { createKeeper, fewPlaces } = await import("@massgen/runs");
  const ended = resumedRunLog(log);
  const keeper = createKeeper({
    store: opened.store,
    ...(opened.dispatch && { dispatch: opened.dispatch }),
    ports,
    places,
    orphanMs,
    mostWaiting: store.kind === "memory" ? () => waitingInMemory(mostWaiting(), store.memoryMb) : mostWaiting,
    mostPerDay,
    agentsFor: (run) => agentsOf(engine(), run),
    ...(fork && store.kind !== "memory" && { alone: { place: fewPlaces(mostAlone), open: fork, limiter } }),
    observe: (event, run, past) => {
      observe(event, run.id, past);
      ended(event, run.id, past);
    },
    failed,
  });
  if (store.kind === "memory") return keeper;
  return { ...keeper, begin: () => asConfiguration(store, () => keeper.begin()) };
}

/** How many runs may have processes of their own at once: each takes the memory of a small server. */
const mostAlone = 4;

/** Logs the end of runs whose request an earlier process has logged. */
function resumedRunLog(log: Pick<Log, "write">): Metrics["keptEvent"] {
  const resumed = new Set<string>();
  return (event, runId, past) => {
    if (past) resumed.add(runId);
    if (event.type !== "run-finished" || !resumed.delete(runId) || past) return;
    const { receipt, status } = event.result;
    log.write(levelOfRun(receipt, status === "cancelled"), "resumed run", {
      run_id: runId,
      outcome: status === "cancelled" ? status : receipt.outcome,
      ...receiptFields(receipt),
    });
  };
}

/** A store for this process to write to, and what the processes of a database share besides. */
async function openShared(
  store: DurableStore | MemoryStore,
  failed: (message: string, error: unknown) => void,
): Promise<Pick<Postgres, "store"> & Partial<Postgres>> {
  if (store.kind === "memory") {
    const { createMemoryStore } = await import("@massgen/runs");
    const limits = { mostRuns: mostInMemory, mostChars: charsIn(store.memoryMb) };
    return { store: createMemoryStore({ ...limits, now: Date.now }) };
  }
  if (store.kind !== "postgres") return { store: await openStore(store) };
  const { openPostgres } = await import("@massgen/postgres");
  return asConfiguration(store, () =>
    openPostgres({ url: store.url, keys: store.keys, sharedLimits: store.sharedLimits, failed }),
  );
}

/**
 * Opens a store that outlives the process.
 * @param how `readOnly` beside the one that serves
 * @throws MassgenError `configuration`
 */
export async function openStore(
  store: DurableStore,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<RunStore> {
  return asConfiguration(store, async () => {
    if (store.kind === "postgres") {
      const { openPostgresStore } = await import("@massgen/postgres");
      return openPostgresStore({ url: store.url, keys: store.keys, readOnly });
    }
    if (!readOnly) checkFolder(store.file);
    const { openSqliteStore } = await import("@massgen/runs/sqlite");
    return openSqliteStore({ file: store.file, keys: store.keys, sync: store.sync, readOnly });
  });
}

/** Today's agents for a kept run; none where its team cannot be built any more: then the run ends and says so. */
export async function agentsOf(engine: Engine, run: KeptRun): Promise<readonly Agent[]> {
  try {
    return (await engine.team?.(run.team))?.agents ?? [];
  } catch (error) {
    if (MassgenError.isInstance(error)) return [];
    throw error;
  }
}
