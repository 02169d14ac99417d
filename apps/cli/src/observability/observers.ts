import { describeThrown, guardObserver, type ObserverFailed } from "@massgen/core";
import type { LogEntry, ServerOptions } from "@massgen/server";
import type { Log } from "./log/log.ts";
import { requestLine } from "./log/request-line.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** Counts and logs what the server reports about its requests and runs. If one of the two fails, the other goes on. */
export function observers(
  log: Pick<Log, "write">,
  metrics: Pick<Metrics, "event" | "keptEvent" | "request" | "observerFailed">,
): Pick<ServerOptions, "observe" | "log" | "observerFailed"> & Pick<Metrics, "keptEvent"> {
  const failed = failingObservers(log, metrics.observerFailed);
  const count = guardObserver("metrics", metrics.request, failed);
  const write = (entry: LogEntry): void => {
    const { level, fields } = requestLine(entry);
    log.write(level, "request", fields);
  };
  return {
    observe: guardObserver("metrics", metrics.event, failed),
    keptEvent: guardObserver("metrics", metrics.keptEvent, failed),
    log: (entry) => {
      count(entry);
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
