import type { BuiltInProvider } from "./built-in-provider.ts";
import type { ConnectionPool } from "./connection-pool.ts";

type Load = () => Promise<void>;

/** Modules that the first call loads when it needs them, or `load` before that. */
export interface LateLoads {
  /** Notes a model that was made: its first call needs what its provider loads, and the pool if it calls a service. */
  readonly add: (provider: Pick<BuiltInProvider, "load">, pool: Pick<ConnectionPool, "load"> | undefined) => void;
  /** Loads what the models so far need; before there is any, what any model may need. */
  readonly load: Load;
}

/** @param ofAny what models may need that are not made yet */
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
