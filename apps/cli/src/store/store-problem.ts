import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { MassgenError } from "@massgen/core";
import { type DurableStore, storeKeysVariable } from "../setup/store-settings.ts";

/** A store that cannot be used is a fault of the configuration. */
export async function asConfiguration<T>(store: DurableStore, open: () => Promise<T>): Promise<T> {
  const { StoreError } = await import("@massgen/runs");
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const sealed = error.reason === "sealed";
    const place = sealed ? `${placeOf(store)}: ` : "";
    const advice = sealed ? `. Add that key to store_keys or ${storeKeysVariable}, at any place` : "";
    throw new MassgenError("configuration", `store: ${place}${error.message}${advice}.`, { cause: error });
  }
}

/** Whether what kept a store from being used may pass by itself: it does not answer, or its disk is full. */
export function mayPass(error: unknown): error is MassgenError {
  const cause = MassgenError.isInstance(error) ? error.cause : undefined;
  return cause instanceof Error && "reason" in cause && (cause.reason === "unavailable" || cause.reason === "full");
}

/** Where a store is. Of a URL only what is no secret. */
export function placeOf(store: DurableStore): string {
  if (store.kind === "sqlite") return store.file;
  const { host, pathname } = URL.parse(store.url) ?? { host: "", pathname: "" };
  return `Postgres (${host}${pathname})`;
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
