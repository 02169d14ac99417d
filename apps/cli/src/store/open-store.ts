import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { type Agent, MassgenError, type Ports, systemPorts } from "@massgen/core";
import type { Keeper, KeptRun, RunStore } from "@massgen/runs";
import type { Engine, ServerOptions } from "@massgen/server";
import type { Log } from "../observability/log/log.ts";
import { type DurableStore, storeKeysVariable, type StoreSettings } from "../setup/store-settings.ts";

/** What keeping runs needs of the process around it. */
export interface KeeperParts {
  /** The one that serves at the moment. */
  readonly engine: () => Engine;
  readonly log: Pick<Log, "write">;
  readonly redact: (text: string) => string;
  readonly observe: ServerOptions["observe"];
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
  return createKeeper({
    store: opened,
    ports,
    places,
    agentsFor: (run) => agentsOf(engine(), run),
    observe: (event, run) => observe?.(event, run.id),
    failed: (message, error) => log.write("error", message, { error: String(error) }),
  });
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
  const { StoreError } = await import("@massgen/runs");
  try {
    if (store.kind === "sqlite" && !readOnly) checkFolder(store.file);
    if (store.kind === "postgres") throw new StoreError("unsuitable", "Postgres needs @massgen/postgres");
    const { openSqliteStore } = await import("@massgen/runs/sqlite");
    return await openSqliteStore({ file: store.file, keys: store.keys, sync: store.sync, readOnly });
  } catch (error) {
    throw storeProblem(error, store);
  }
}

/** A store's error in the words of a configuration's; others as they are. */
export function storeProblem(error: unknown, store: DurableStore): unknown {
  if (!(error instanceof Error && error.name === "StoreError")) return error;
  const sealed = "reason" in error && error.reason === "sealed";
  const place = sealed && store.kind === "sqlite" ? `${store.file}: ` : "";
  const advice = sealed ? `. Add that key to store_keys or ${storeKeysVariable}, at any place` : "";
  return new MassgenError("configuration", `store: ${place}${error.message}${advice}.`, { cause: error });
}

/** @throws MassgenError `configuration` where a file cannot be made for lack of its folder, or of rights */
export function checkFolder(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    throw new MassgenError("configuration", `store: ${file} cannot be made: there is no folder ${folder}. Make it.`);
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    const advice = "Give this user the right, or name another file";
    throw new MassgenError("configuration", `store: this user may not write in the folder ${folder}. ${advice}.`);
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
