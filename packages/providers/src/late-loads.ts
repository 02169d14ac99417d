import type { BuiltInProvider } from "./built-in-provider.ts";
import type { ConnectionPool } from "./connection-pool.ts";

type Load = () => Promise<void>;

/** What is loaded by the first calls that need it, unless somebody asks for it before. */
export interface LateLoads {
  /** A model was made: what its first call waits for. Without a pool, it makes no connections. */
  readonly add: (provider: Pick<BuiltInProvider, "load">, pool: Pick<ConnectionPool, "load"> | undefined) => void;
  /** Loads what was added so far; what any model may wait for, where nothing was. */
  readonly load: Load;
}

/** @param ofAny what calls may wait for whose models are not made yet */
export function createLateLoads(ofAny: () => readonly Load[]): LateLoads {
  const loads = new Set<Load>();
  let models = 0;
  return {
    add(provider, pool) {
      models += 1;
      if (provider.load !== undefined) loads.add(provider.load);
      if (pool !== undefined) loads.add(pool.load);
    },
    async load() {
      const due = models === 0 ? new Set(ofAny()) : loads;
      await Promise.all([...due].map((load) => load()));
    },
  };
}
