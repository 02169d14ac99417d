import type { ServerSettings } from "@massgen/config";
import type { LiveOptions } from "@massgen/server";

/** The settings of the HTTP server. The remaining ones belong to the process around it. */
export function httpOptions(
  settings: ServerSettings,
): Omit<LiveOptions, "apiKeys" | "metricsKeys" | "adminKeys" | "stalledReaderMs"> {
  const { heartbeatMs, jsonDeadlineMs, maxConcurrentRuns, queue, queueWaitMs, reasoningAlias, metricsOpen } = settings;
  const { backgroundDelivery } = settings;
  const { bodyLimit, bodyDepth, bodyValues, bodyKeys, bodyMemory, corsOrigins, allowedHosts } = settings;
  return {
    heartbeatMs,
    jsonDeadlineMs,
    maxConcurrentRuns,
    queue: { places: queue, waitMs: queueWaitMs },
    bodyLimit,
    bodyDepth,
    bodyValues,
    bodyKeys,
    bodyMemory,
    corsOrigins,
    allowedHosts,
    reasoningAlias,
    metricsOpen,
    backgroundDelivery,
  };
}
