import { describeThrown, guardObserver, type ObserverFailed } from "@massgen/core";
import type { LogEntry, ServerOptions } from "@massgen/server";
import type { Log } from "./log/log.ts";
import { requestLine } from "./log/request-line.ts";
import type { Tracing } from "./tracing/tracing.ts";
import type { Metrics } from "./metrics/metrics.ts";

/**
 * Counts, logs and traces what the server reports about its requests and runs. If one of them fails, the others go on.
 */
export function observers(
  log: Pick<Log, "write">,
  metrics: Pick<Metrics, "event" | "keptEvent" | "request" | "observerFailed">,
  tracing?: Tracing,
): Pick<ServerOptions, "begun" | "observe" | "log" | "observerFailed"> & Pick<Metrics, "keptEvent"> {
  const failed = failingObservers(log, metrics.observerFailed);
  const count = {
    request: guardObserver("metrics", metrics.request, failed),
    event: guardObserver("metrics", metrics.event, failed),
    keptEvent: guardObserver("metrics", metrics.keptEvent, failed),
  };
  const write = (entry: LogEntry): void => {
    const { level, fields } = requestLine(entry);
    log.write(level, "request", fields);
  };
  const trace = tracing && {
    begun: guardObserver("tracing", tracing.begun, failed),
    request: guardObserver("tracing", tracing.request, failed),
    event: guardObserver("tracing", tracing.event, failed),
    keptEvent: guardObserver("tracing", tracing.keptEvent, failed),
  };
  return {
    ...(trace && { begun: trace.begun }),
    observe: (event, runId) => {
      count.event(event, runId);
      trace?.event(event, runId);
    },
    keptEvent: (event, runId, past) => {
      count.keptEvent(event, runId, past);
      trace?.keptEvent(event, runId, past);
    },
    log: (entry) => {
      count.request(entry);
      trace?.request(entry);
      write(entry);
    },
    observerFailed: failed,
  };
}

/** Counts all failures of observers and logs the first of each: one that fails may fail at every event. */
function failingObservers(log: Pick<Log, "write">, count: (observer: string) => void): ObserverFailed {
  const logged = new Set<string>();
  return (observer, error) => {
    count(observer);
    if (logged.has(observer)) return;
    logged.add(observer);
    log.write("error", `defect: ${observer} failed, which does not affect any run; please report it`, {
      error: describeThrown(error),
    });
  };
}
