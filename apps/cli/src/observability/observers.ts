import { describeThrown, guardObserver, type ObserverFailed } from "@massgen/core";
import type { LogEntry, ServerOptions } from "@massgen/server";
import type { Log } from "./log/log.ts";
import { requestLine } from "./log/request-line.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** What the server tells of its requests and runs, counted and logged. Each for itself: where one fails the other goes on. */
export function observers(
  log: Pick<Log, "write">,
  metrics: Pick<Metrics, "event" | "request" | "observerFailed">,
): Pick<ServerOptions, "observe" | "log" | "observerFailed"> {
  const failed = failingObservers(log, metrics.observerFailed);
  const count = guardObserver("metrics", metrics.request, failed);
  const write = (entry: LogEntry): void => {
    const { level, fields } = requestLine(entry);
    log.write(level, "request", fields);
  };
  return {
    observe: guardObserver("metrics", metrics.event, failed),
    log: (entry) => {
      count(entry);
      write(entry);
    },
    observerFailed: failed,
  };
}

/** Logs the first failure of each observer, and counts all: one that fails once may fail with every event. */
function failingObservers(log: Pick<Log, "write">, count: (observer: string) => void): ObserverFailed {
  const told = new Set<string>();
  return (observer, error) => {
    count(observer);
    if (told.has(observer)) return;
    told.add(observer);
    log.write("error", `defect: ${observer} failed, which harms no run; please report it`, {
      error: describeThrown(error),
    });
  };
}
