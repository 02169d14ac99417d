import { existsSync } from "node:fs";
import type { DurableStore, StoreSettings } from "../setup/store-settings.ts";
import { checkFolder, openStore, storeProblem } from "./open-store.ts";

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
  const opened = await openStore(store, { readOnly: true });
  await opened.close();
  return "there";
}

/** Where runs are kept, for people. Empty for `memory` and `off`, which keep nothing when the process ends. */
export function storeLines(store: StoreSettings, keepMs: number, is: "there" | "to-be-made" = "there"): string[] {
  if (store.kind === "memory" || store.kind === "off") return [];
  const days = Math.round(keepMs / (24 * 60 * 60 * 1000));
  const where = `Runs are kept in ${placeOf(store)} for ${days === 1 ? "a day" : `${days} days`}`;
  const made = is === "there" ? "" : " The server makes this file when it starts.";
  return [`${where}, ${store.keys.length > 0 ? "sealed" : "in clear"}.${made}`];
}

/** Of a URL only what is no secret. */
function placeOf(store: DurableStore): string {
  if (store.kind === "sqlite") return store.file;
  const { host, pathname } = URL.parse(store.url) ?? { host: "", pathname: "" };
  return `Postgres (${host}${pathname})`;
}

/** @throws MassgenError `configuration` for keys that seal nothing */
async function checkKeys(store: DurableStore): Promise<void> {
  const { createSealer } = await import("@massgen/runs");
  try {
    createSealer(store.keys);
  } catch (error) {
    throw storeProblem(error, store);
  }
}
