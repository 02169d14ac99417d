import type { RunEvent } from "@massgen/core";
import type { BegunRun, LogEntry } from "@massgen/server";
import { writeSpans } from "./run-spans.ts";
import type { SpanWriting } from "./span-writing.ts";
import { RunFold, type RunOrigin } from "./traced-run.ts";

/** Writes the spans of runs: a fold over what the server reports of them. */
export interface Tracing {
  readonly begun: (run: BegunRun) => void;
  readonly event: (event: RunEvent, runId: string) => void;
  /** See `Metrics.keptEvent`. */
  readonly keptEvent: (event: RunEvent, runId: string, past: boolean) => void;
  readonly request: (entry: LogEntry) => void;
}

export function createTracing(writing: SpanWriting): Tracing {
  const origins = new Map<string, RunOrigin>();
  const folds = new Map<string, RunFold>();
  const keptFolds = new Map<string, RunFold>();

  function take(of: Map<string, RunFold>, event: RunEvent, runId: string, past = false): void {
    if (event.type === "run-started") of.set(runId, new RunFold(writing.content));
    const fold = of.get(runId);
    fold?.next(event);
    if (event.type !== "run-finished") return;
    of.delete(runId);
    const run = fold?.run();
    if (run !== undefined && !past) writeSpans(writing, run, event.result, origins.get(runId));
  }

  return {
    begun({ runId, request, traceparent, tracestate }) {
      origins.set(runId, {
        ...(writing.content && { messages: request.messages }),
        ...(traceparent !== undefined && { traceparent }),
        ...(tracestate !== undefined && { tracestate }),
      });
    },
    event: (event, runId) => take(folds, event, runId),
    keptEvent: (event, runId, past) => take(keptFolds, event, runId, past),
    request({ runId }) {
      if (runId === undefined) return;
      origins.delete(runId);
      // Of a run that broke there is no last event.
      folds.delete(runId);
    },
  };
}
