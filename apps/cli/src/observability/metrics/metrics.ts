import type { CallDetail, RunEvent } from "@massgen/core";
import type { LogEntry, ServerApp } from "@massgen/server";
import { collectDefaultMetrics, Registry } from "prom-client";
import { foldCallEnds, type CallEnds } from "./call-ends.ts";
import { createInstruments } from "./instruments.ts";
import type { AgentLabels, KnownAgents } from "./known-agents.ts";
import { phases, resultLabel, savings, tokenKinds } from "./known-words.ts";
import { tally } from "./tally.ts";
import { zeroSeries } from "./zero-series.ts";

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
  collectDefaultMetrics({ register });
  const instruments = createInstruments(register);
  const beginAtZero = zeroSeries(instruments, known);
  const calls = tally(instruments.calls, "result");
  const tokens = tally(instruments.tokens, "kind");

  const folds = new Map<string, RunFold>();
  const keptFolds = new Map<string, RunFold>();
  function ended({ result }: Extract<RunEvent, { type: "run-finished" }>, { labels }: RunFold): void {
    const { receipt, status } = result;
    const outcome = status === "cancelled" ? "cancelled" : receipt.outcome;
    const { runs, degraded, duration, saved, cost } = instruments;
    runs.inc({ outcome });
    duration.observe({ outcome }, receipt.elapsedMs / 1000);
    if (status === "answered") for (const reason of receipt.reasons) degraded.inc({ reason });
    for (const [reason, name] of savings) {
      if (receipt.calls.saved[name] > 0) saved.inc({ reason }, receipt.calls.saved[name]);
    }
    for (const call of receipt.callsDetail) timed(call);
    for (const { id, usage, costUsd = {} } of receipt.agents) {
      const agent = labels.get(id);
      if (agent === undefined) continue;
      for (const phase of phases) {
        const dollars = costUsd[phase] ?? NaN;
        if (Number.isFinite(dollars) && dollars >= 0 && dollars < mostDollars) cost.inc({ ...agent, phase }, dollars);
        const reported = usage[phase] ?? {};
        for (const [kind, figure] of tokenKinds) {
          const count = reported[figure] ?? 0;
          // A counter cannot take an invalid figure back.
          if (Number.isSafeInteger(count) && count > 0) tokens.add(agent, phase, kind, count);
        }
      }
    }
  }

  /** Calls that were never sent took no time. */
  function timed({ agentId, phase, result, sentAtMs, firstTokenAtMs, endedAtMs, ...call }: CallDetail): void {
    if (sentAtMs === undefined) return;
    const { type, model } = known.labelsOf(agentId, call.model);
    const labels = { type, model, phase, result: resultLabel(result) };
    // Processes that took over from each other have clocks of their own.
    const since = (ms: number): number => Math.max(0, ms - sentAtMs) / 1000;
    instruments.callDuration.observe(labels, since(endedAtMs));
    if (firstTokenAtMs !== undefined) instruments.callFirstToken.observe(labels, since(firstTokenAtMs));
  }

  function count(of: Map<string, RunFold>, event: RunEvent, runId: string, past = false): void {
    if (event.type === "run-started") {
      const labels = event.agents.map(({ id, model }) => [id, known.labelsOf(id, model)] as const);
      of.set(runId, { calls: foldCallEnds(), labels: new Map(labels) });
    }
    const fold = of.get(runId);
    if (fold === undefined) return;
    const callEnds = fold.calls.next(event);
    if (!past) {
      for (const { agentId, phase, result } of callEnds) {
        const agent = fold.labels.get(agentId);
        if (agent !== undefined) calls.add(agent, phase, resultLabel(result), 1);
      }
    }
    // The calls that ended with this event were those of the first model.
    if (event.type === "fallback-started") {
      fold.labels.set(event.agentId, known.labelsOf(event.agentId, event.model));
    }
    if (!past && event.type === "run-finished") ended(event, fold);
  }

  return {
    request(entry) {
      const { route, status, firstByteMs, firstContentMs, streamed, runId, model, team } = entry;
      const { requests, asked, firstByte, firstContent } = instruments;
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
    reload: (result) => instruments.reloads.inc({ result }),
    observerFailed: (observer) => instruments.observerFailures.inc({ observer }),
    async page() {
      const { inFlight, queue, callQueue } = instruments;
      beginAtZero();
      calls.settle();
      tokens.settle();
      inFlight.set(admission.inFlight);
      queue.set(admission.waiting);
      callQueue.set(waitingCalls());
      return { contentType: register.contentType, text: await register.metrics() };
    },
  };
}

/** No run costs as much. */
const mostDollars = 1_000_000;
