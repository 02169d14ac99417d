import type { ServerSettings } from "@massgen/config";
import type { LiveOptions } from "@massgen/server";

/** What the HTTP server is told of its settings; the other ones are for the process around it. */
export function liveOptions(
  settings: ServerSettings,
): Omit<LiveOptions, "apiKeys" | "reasoningAlias" | "stalledReaderMs"> {
  const { heartbeatMs, jsonDeadlineMs, maxConcurrentRuns, queue, queueWaitMs, metricsOpen } = settings;
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
    metricsOpen,
  };
}
