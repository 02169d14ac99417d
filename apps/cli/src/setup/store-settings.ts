import { dirname, resolve } from "node:path";
import type { ServerSettings } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { readVariable, type Environment } from "./environment.ts";
import type { ServeFlags } from "./serve-flags.ts";
import type { TeamSource } from "./team-source.ts";

/** The variable with the keys that seal a store, separated by commas; the first seals, all open. */
export const storeKeysVariable = "MASSGEN_STORE_KEYS";

/** Where runs are kept. */
export type StoreSettings = MemoryStore | { readonly kind: "off" } | DurableStore;

/** Ends with the process. */
export interface MemoryStore {
  readonly kind: "memory";
  readonly memoryMb: number;
}

/** A store that outlives the process. Keys and URLs are secrets. */
export type DurableStore =
  | {
      readonly kind: "sqlite";
      readonly file: string;
      readonly sync: "normal" | "full";
      readonly keys: readonly string[];
    }
  | {
      readonly kind: "postgres";
      readonly url: string;
      readonly keys: readonly string[];
      /** Whether its processes keep the limits of accounts together. */
      readonly sharedLimits: boolean;
    };

/** Where the option may come from, besides the file. */
export interface StoreSources {
  readonly flags: ServeFlags;
  readonly env: Environment;
  readonly source: TeamSource;
  readonly cwd: string;
  /** The file's `store_keys`. */
  readonly fileKeys: readonly string[];
}

/**
 * A path in a configuration is relative to it; one of a flag or variable, to the working directory.
 * @throws MassgenError `configuration` for a history without a place
 */
export function storeSettings(settings: ServerSettings, sources: StoreSources): StoreSettings {
  const { store, storeSync, storeMemoryMb, history, sharedLimits } = settings;
  if (store === "off") {
    if (history !== "all") return { kind: "off" };
    throw new MassgenError(
      "configuration",
      "history: `all` keeps every run, and `store` is `off`. Change one of them.",
    );
  }
  if (store === "memory") return { kind: "memory", memoryMb: storeMemoryMb };
  const keys = keysOf(sources);
  if (!store.startsWith("sqlite:")) return { kind: "postgres", url: store, keys, sharedLimits };
  return { kind: "sqlite", file: resolve(folderOf(sources), store.slice("sqlite:".length)), sync: storeSync, keys };
}

function folderOf({ flags, env, source, cwd }: StoreSources): string {
  const given = flags.server["store"] !== undefined || readVariable(env, "MASSGEN_STORE") !== undefined;
  return given || source.kind !== "config" ? cwd : dirname(source.path);
}

function keysOf({ env, fileKeys }: StoreSources): readonly string[] {
  const listed = readVariable(env, storeKeysVariable)?.split(",") ?? [];
  return [...listed, ...fileKeys].map((key) => key.trim()).filter((key) => key !== "");
}
