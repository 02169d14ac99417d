import { type Agent, MassgenError, type Ports, systemPorts } from "@massgen/core";
import type { Keeper, KeptRun, RunStore } from "@massgen/runs";
import type { Engine } from "@massgen/server";
import type { Log } from "../observability/log/log.ts";
import { receiptFields } from "../observability/log/request-line.ts";
import type { Metrics } from "../observability/metrics/metrics.ts";
import type { DurableStore, StoreSettings } from "../setup/store-settings.ts";

/** What keeping runs needs of the process around it. */
export interface KeeperParts {
  /** The one that serves at the moment. */
  readonly engine: () => Engine;
  readonly log: Pick<Log, "write">;
  readonly redact: (text: string) => string;
  readonly observe: Metrics["keptEvent"];
  /** How many runs in the background may be driven at once. */
  readonly places: () => number;
}

/**
 * Opens the store that a setup names. Undefined for `memory` and `off`, which outlive nothing.
 * @throws MassgenError `configuration` for a store that cannot be used
 */
export async function openKeeperFor(store: StoreSettings, parts: KeeperParts): Promise<Keeper | undefined> {
  if (store.kind === "memory" || store.kind === "off") return undefined;
  const { engine, log, redact, observe, places } = parts;
  const opened = await openStore(store);
  const ports: Ports = { ...systemPorts, redact };
  const { createKeeper } = await import("@massgen/runs");
  const ended = resumedRunLog(log);
  const keeper = createKeeper({
    store: opened,
    ports,
    places,
    agentsFor: (run) => agentsOf(engine(), run),
    observe: (event, run, past) => {
      observe(event, run.id, past);
      ended(event, run.id, past);
    },
    failed: (message, error) => log.write("error", message, { error: String(error) }),
  });
  return { ...keeper, begin: () => asConfiguration(() => keeper.begin()) };
}

/** Logs the end of runs whose request an earlier process has logged. */
function resumedRunLog(log: Pick<Log, "write">): Metrics["keptEvent"] {
  const resumed = new Set<string>();
  return (event, runId, past) => {
    if (past) resumed.add(runId);
    if (event.type !== "run-finished" || !resumed.delete(runId) || past) return;
    const { receipt, status } = event.result;
    log.write("info", "resumed run", {
      run_id: runId,
      outcome: status === "cancelled" ? status : receipt.outcome,
      ...receiptFields(receipt),
    });
  };
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
  return asConfiguration(async () => {
    const { StoreError } = await import("@massgen/runs");
    if (store.kind === "postgres") throw new StoreError("unsuitable", "Postgres needs @massgen/postgres");
    const { openSqliteStore } = await import("@massgen/runs/sqlite");
    return openSqliteStore({ file: store.file, keys: store.keys, sync: store.sync, readOnly });
  });
}

/** @throws MassgenError `configuration` for a store that cannot be used */
async function asConfiguration<T>(work: () => Promise<T>): Promise<T> {
  const { StoreError } = await import("@massgen/runs");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new MassgenError("configuration", `store: ${error.message}`, { cause: error });
  }
}

/** Today's agents for a kept run; none where its team cannot be built any more: then the run ends and says so. */
async function agentsOf(engine: Engine, run: KeptRun): Promise<readonly Agent[]> {
  try {
    return (await engine.team?.(run.team))?.agents ?? [];
  } catch (error) {
    if (MassgenError.isInstance(error)) return [];
    throw error;
  }
}
