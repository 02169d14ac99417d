import { manyAtOnce, option } from "./option.ts";
import { boolean, count, days, megabytes, store, word } from "./units.ts";

/** The options for runs that are kept: a part of `serverOptions`. */
export const keptRunOptions = {
  store: option({
    key: "store",
    top: true,
    flag: "store",
    env: "MASSGEN_STORE",
    unit: store,
    default: "memory",
    changes: "restart",
    help: "where runs are kept: memory (for an hour), off, sqlite:<file>, or a postgres:// URL",
  }),
  storeKeepMs: option({
    key: "store_keep_days",
    top: true,
    flag: "store-keep-days",
    env: "MASSGEN_STORE_KEEP_DAYS",
    unit: days,
    default: 30,
    changes: "restart",
    help: "how long SQLite and Postgres keep a run",
  }),
  storeSync: option({
    key: "store_sync",
    top: true,
    flag: "store-sync",
    unit: word("MODE", ["normal", "full"]),
    default: "normal",
    changes: "restart",
    help: "whether SQLite waits for the disk (full: a power cut loses nothing either)",
  }),
  backgroundQueue: option({
    key: "background_queue",
    flag: "background-queue",
    unit: count(1, manyAtOnce),
    default: 10_000,
    changes: "live",
    help: "most runs in the background that wait in a store; further ones get 429. A tenth of it for one key",
  }),
  backgroundQueueBytes: option({
    key: "background_queue_mb",
    flag: "background-queue-mb",
    unit: megabytes,
    default: 1024,
    changes: "live",
    help: "most megabytes of requests that wait there; beyond it 429. A tenth of it for one key",
  }),
  backgroundDelivery: option({
    key: "background_delivery",
    flag: "background-delivery",
    unit: word("DELIVERY", ["whole", "live"]),
    default: "whole",
    changes: "live",
    help: "the final answer of a run in the background comes whole at its end, or live: then the run fails if it breaks off",
  }),
  sharedLimits: option({
    key: "shared_limits",
    flag: "shared-limits",
    unit: boolean,
    default: true,
    changes: "restart",
    help: "whether the processes of one Postgres keep the limits of accounts together; false: each keeps its own",
  }),
} as const;
