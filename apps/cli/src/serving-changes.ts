import type { Serving } from "./serving.ts";

/** What differs between readings of the configuration, by name; never a value. */
export interface ServingChanges {
  readonly changed: readonly string[];
  /** What is other than what the process runs with, and can only be had by a new one. */
  readonly needRestart: readonly string[];
}

/**
 * @param started what the process was started with
 * @param before what it serves
 * @param after what it will serve
 */
export function servingChanges(started: Serving, before: Serving, after: Serving): ServingChanges {
  const differing = (since: Serving, facts: (serving: Serving) => Readonly<Record<string, unknown>>): string[] => {
    const [old, now] = [facts(since), facts(after)];
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...names].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  };
  return { changed: differing(before, live), needRestart: differing(started, fixed) };
}

function live({ served, settings, apiKeys, providerVariables }: Serving): Record<string, unknown> {
  const { options } = settings;
  return {
    team: served.title,
    ...Object.fromEntries(served.agents.map((agent) => [`agent ${agent.id}`, agent])),
    // A team without a configuration is its models.
    models: served.served?.team.agents.map(({ model }) => model.model),
    coordination: served.coordination,
    ...providerVariables,
    api_keys: apiKeys,
    heartbeat: options.heartbeatMs,
    json_deadline: options.jsonDeadlineMs,
    max_concurrent_runs: options.maxConcurrentRuns,
    queue: options.queue.places,
    queue_wait: options.queue.waitMs,
    body_limit: options.bodyLimit,
    body_depth: options.bodyDepth,
    body_values: options.bodyValues,
    body_keys: options.bodyKeys,
    body_memory: options.bodyMemory,
    cors_origin: options.corsOrigins,
    allowed_host: options.allowedHosts,
    metrics_open: options.metricsOpen,
    drain_timeout: settings.drainTimeoutMs,
    log_level: settings.logLevel,
  };
}

function fixed({ settings }: Serving): Record<string, unknown> {
  const { host, port, maxConnections, logFormat } = settings;
  return { host, port, max_connections: maxConnections, log_format: logFormat };
}
