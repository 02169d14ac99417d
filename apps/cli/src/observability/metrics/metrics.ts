import { isErrorCode, type RunEvent, type Usage } from "@massgen/core";
import type { LogEntry, ServerApp } from "@massgen/server";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { foldCallEnds, type CallEnd, type CallEnds } from "./call-ends.ts";
import type { AgentLabels, KnownAgents } from "./known-agents.ts";

/** The metrics of a running server: folds over its log entries and the events of its runs. */
export interface Metrics {
  readonly request: (entry: LogEntry) => void;
  readonly event: (event: RunEvent, runId: string) => void;
  /**
   * An event of a run that a store keeps, and that ends with no request of this process.
   * @param past whether it has been counted before
   */
  readonly keptEvent: (event: RunEvent, runId: string, past: boolean) => void;
  readonly reload: (result: "applied" | "refused") => void;
  readonly observerFailed: (observer: string) => void;
  readonly page: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

interface RunFold {
  readonly calls: CallEnds;
  /** By agent; those of its fallback, once it has taken over. */
  readonly labels: Map<string, AgentLabels>;
}

/** Runs take from milliseconds (offline) to half an hour. */
const runSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1800];
const firstByteSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Gauges, which are read at each scrape. */
export interface Levels {
  readonly admission: Pick<ServerApp["admission"], "inFlight" | "waiting">;
  /** Calls that wait for a limit of their account. */
  readonly waitingCalls: () => number;
}

/** @param known the names that labels may show; looked up when a run starts */
export function createMetrics(known: KnownAgents, { admission, waitingCalls }: Levels): Metrics {
  // Not the library's global registry, which everything in this process would share.
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ): Histogram<Label> => new Histogram({ name, help, labelNames, buckets, registers });

  const requests = counter("massgen_http_requests_total", "Requests answered.", ["route", "status"]);
  const firstByte = histogram(
    "massgen_http_first_byte_seconds",
    "From the arrival of a chat completion to the first byte of its answer.",
    ["streamed"],
    firstByteSeconds,
  );
  const firstContent = histogram(
    "massgen_http_first_content_seconds",
    "From the arrival of a streamed chat completion to the first text of the final answer.",
    [],
    runSeconds,
  );
  const runs = counter("massgen_runs_total", "Runs ended.", ["outcome"]);
  const asked = counter("massgen_runs_by_model_total", "Runs by the model that the request names, and by team.", [
    "model",
    "team",
  ]);
  const degraded = counter("massgen_runs_degraded_total", "Runs answered with less than was asked for.", ["reason"]);
  const duration = histogram("massgen_run_duration_seconds", "Runs from start to end.", ["outcome"], runSeconds);
  const agentLabels = ["agent", "type", "model", "phase"] as const;
  const calls = counter("massgen_calls_total", "Model calls ended.", [...agentLabels, "result"]);
  const tokens = counter("massgen_tokens_total", "Tokens that providers reported.", [...agentLabels, "kind"]);
  const cost = counter("massgen_cost_dollars_total", "What model calls cost, where that is known.", agentLabels);
  const saved = counter("massgen_calls_saved_total", "Model calls that were not needed.", ["reason"]);
  const reloads = counter("massgen_reloads_total", "Reloads of the configuration.", ["result"]);
  const observerFailures = counter("massgen_observer_failures_total", "Failures to count or log what happened.", [
    "observer",
  ]);
  const inFlight = new Gauge({ name: "massgen_runs_in_flight", help: "Runs under way.", registers });
  const queue = new Gauge({ name: "massgen_queue_length", help: "Requests that wait for a run to end.", registers });

  const callQueue = new Gauge({
    name: "massgen_calls_waiting",
    help: "Model calls that wait for a limit of their account.",
    registers,
  });

  const folds = new Map<string, RunFold>();
  const keptFolds = new Map<string, RunFold>();
  function ended({ result }: Extract<RunEvent, { type: "run-finished" }>, { labels }: RunFold): void {
    const { receipt, status } = result;
    const outcome = status === "cancelled" ? "cancelled" : receipt.outcome;
    runs.inc({ outcome });
    duration.observe({ outcome }, receipt.elapsedMs / 1000);
    if (status === "answered") for (const reason of receipt.reasons) degraded.inc({ reason });
    saved.inc({ reason: "agreement" }, receipt.calls.saved.agreement);
    saved.inc({ reason: "early_stop" }, receipt.calls.saved.earlyStop);
    for (const { id, usage, costUsd = {} } of receipt.agents) {
      for (const phase of ["draft", "ballot", "presentation"] as const) {
        const dollars = costUsd[phase] ?? NaN;
        if (Number.isFinite(dollars) && dollars >= 0 && dollars < mostDollars)
          cost.inc({ ...labels.get(id), phase }, dollars);
        const reported = usage[phase] ?? {};
        for (const [kind, figure] of tokenKinds) {
          const count = reported[figure] ?? 0;
          // A counter cannot take an invalid figure back.
          if (Number.isSafeInteger(count) && count > 0) tokens.inc({ ...labels.get(id), phase, kind }, count);
        }
      }
    }
  }

  function count(of: Map<string, RunFold>, event: RunEvent, runId: string, past = false): void {
    if (event.type === "run-started") {
      const labels = event.agents.map(({ id, model }) => [id, known.labelsOf(id, model)] as const);
      of.set(runId, { calls: foldCallEnds(), labels: new Map(labels) });
    }
    const fold = of.get(runId);
    if (fold === undefined) return;
    const callEnds = fold.calls.next(event);
    const labels = new Map(fold.labels);
    if (event.type === "fallback-started") {
      fold.labels.set(event.agentId, known.labelsOf(event.agentId, event.model));
    }
    if (past) return;
    for (const { agentId, phase, result } of callEnds) {
      calls.inc({ ...labels.get(agentId), phase, result: resultLabel(result) });
    }
    if (event.type === "run-finished") ended(event, fold);
  }

  return {
    request(entry) {
      const { route, status, firstByteMs, firstContentMs, streamed, runId, model, team } = entry;
      requests.inc({ route, status });
      if (runId === undefined) return;
      folds.delete(runId);
      asked.inc({ model: known.modelLabel(model), team: known.teamLabel(team) });
      if (firstByteMs !== undefined) firstByte.observe({ streamed: String(streamed) }, firstByteMs / 1000);
      if (streamed && firstContentMs !== undefined) firstContent.observe(firstContentMs / 1000);
    },
    event: (event, runId) => count(folds, event, runId),
    keptEvent(event, runId, past) {
      count(keptFolds, event, runId, past);
      if (event.type === "run-finished") keptFolds.delete(runId);
    },
    reload: (result) => reloads.inc({ result }),
    observerFailed: (observer) => observerFailures.inc({ observer }),
    async page() {
      inFlight.set(admission.inFlight);
      queue.set(admission.waiting);
      callQueue.set(waitingCalls());
      return { contentType: register.contentType, text: await register.metrics() };
    },
  };
}

/** No run costs as much. */
const mostDollars = 1_000_000;

/** The kinds of tokens, and the figures of a usage report that count them. */
const tokenKinds: readonly (readonly [string, keyof Usage])[] = [
  ["input", "inputTokens"],
  ["cache_read", "cachedInputTokens"],
  ["cache_write", "cacheWriteTokens"],
  ["output", "outputTokens"],
  ["reasoning", "reasoningTokens"],
];

const ends: readonly CallEnd["result"][] = ["ok", "rejected", "aborted", "unsent", "lost"];

/** Only known words become labels: each new one would be a series of its own. */
function resultLabel(result: CallEnd["result"]): string {
  return ends.includes(result) || isErrorCode(result) ? result : "other";
}
