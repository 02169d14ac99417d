import { existsSync } from "node:fs";
import type { ServerSettings } from "@massgen/config";
import type { DurableStore, StoreSettings } from "../setup/store-settings.ts";
import { openStore } from "./open-store.ts";
import { asConfiguration, checkFolder, placeOf } from "./store-problem.ts";

/**
 * Opens a store for reading, beside a server that may use it, and closes it again. Makes nothing: a file that a server
 * will make is only looked for a place.
 * @returns whether the store is there yet
 * @throws MassgenError `configuration` for a store that a server could not use
 */
export async function checkStore(store: StoreSettings): Promise<"there" | "to-be-made"> {
  if (store.kind === "memory" || store.kind === "off") return "there";
  if (store.kind === "sqlite" && !existsSync(store.file)) {
    await checkKeys(store);
    checkFolder(store.file);
    return "to-be-made";
  }
  try {
    await (await openStore(store, { readOnly: true })).close();
    return "there";
  } catch (error) {
    if (isOutdated(error)) return "to-be-made";
    throw error;
  }
}

/** Where runs are kept, for people. Empty for `memory` and `off`, which keep nothing when the process ends. */
export function storeLines(
  store: StoreSettings,
  { storeKeepMs: keepMs, history }: Pick<ServerSettings, "storeKeepMs" | "history">,
  is: "there" | "to-be-made" = "there",
): string[] {
  if (store.kind === "memory" || store.kind === "off") return [];
  const days = Math.round(keepMs / (24 * 60 * 60 * 1000));
  const where = `${history === "all" ? "All runs" : "Runs"} are kept in ${placeOf(store)} for ${days === 1 ? "a day" : `${days} days`}`;
  const made = is === "there" ? "" : " The server makes it, or brings it up to date, when it starts.";
  return [`${where}, ${store.keys.length > 0 ? "sealed" : "in clear"}.${made}`];
}

/** @throws MassgenError `configuration` for keys that seal nothing */
async function checkKeys(store: DurableStore): Promise<void> {
  const { createSealer } = await import("@massgen/runs/parts");
  await asConfiguration(store, async () => createSealer(store.keys));
}

function isOutdated(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "reason" in cause && cause.reason === "outdated";
}
