import type { KnownAgents } from "./known-agents.ts";
import type { Levels, Metrics } from "./metrics.ts";

/**
 * Metrics whose library loads after the port is open, because it is the slowest module to load. What happens before it
 * is loaded is counted afterwards.
 */
export function loadMetrics(
  known: KnownAgents,
  levels: () => Levels,
): {
  readonly metrics: Metrics;
  /** Loads the library. Rejects only when this installation is broken. */
  readonly load: () => Promise<void>;
} {
  const loading = Promise.withResolvers<Metrics>();
  let loaded: Metrics | undefined;
  const missed: ((metrics: Metrics) => void)[] = [];
  const count = (what: (metrics: Metrics) => void): void => {
    if (loaded === undefined) missed.push(what);
    else what(loaded);
  };
  return {
    metrics: {
      request: (entry) => count((metrics) => metrics.request(entry)),
      event: (event, runId) => count((metrics) => metrics.event(event, runId)),
      keptEvent: (event, runId, past) => count((metrics) => metrics.keptEvent(event, runId, past)),
      reload: (result) => count((metrics) => metrics.reload(result)),
      observerFailed: (observer) => count((metrics) => metrics.observerFailed(observer)),
      page: async () => (await loading.promise).page(),
    },
    async load() {
      const { createMetrics } = await import("./metrics.ts");
      loaded = createMetrics(known, levels());
      for (const what of missed.splice(0)) what(loaded);
      loading.resolve(loaded);
    },
  };
}
