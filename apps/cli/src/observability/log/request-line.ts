import type { AgentReceipt, ErrorCode, Receipt } from "@massgen/core";
import type { LogEntry, LogError } from "@massgen/server";
import type { LogLevel } from "./log.ts";

/** The log line of a request. Of the request itself it has only ids, names and figures. */
export function requestLine(entry: LogEntry): {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
} {
  const { receipt, error } = entry;
  return {
    level: levelOf(entry),
    fields: {
      request_id: entry.requestId,
      run_id: entry.runId,
      method: entry.method,
      route: entry.route,
      status: entry.status,
      outcome: entry.outcome,
      key: entry.key,
      model: entry.model,
      team: entry.team,
      stream: entry.streamed,
      ...(receipt && receiptFields(receipt)),
      ms: Math.round(entry.ms),
      first_byte_ms: whole(entry.firstByteMs),
      first_content_ms: whole(entry.firstContentMs),
      client_gone: entry.outcome === "client-gone",
      ...(error && { error: shownError(error) }),
    },
  };
}

/** What a line says of a run. */
export function receiptFields(receipt: Receipt): Readonly<Record<string, unknown>> {
  const { calls, usage, costUsd, degraded, reasons, winner, tally, agents } = receipt;
  const [failed, fallbacks] = [agents.flatMap(failedAgent), agents.flatMap(fallbackOf)];
  return {
    winner,
    votes: Object.keys(tally).length > 0 ? tally : undefined,
    calls: calls.made,
    calls_failed: calls.failed,
    tokens_in: usage?.inputTokens,
    tokens_out: usage?.outputTokens,
    cost_usd: costUsd === undefined ? undefined : Math.round(costUsd * 1e9) / 1e9,
    degraded: degraded || undefined,
    reasons: degraded ? reasons : undefined,
    failed_agents: failed.length > 0 ? failed : undefined,
    fallbacks: fallbacks.length > 0 ? fallbacks : undefined,
  };
}

/**
 * The level of a run's line: an error for a defect of a provider, a warning for a run that failed, answered with less
 * than was asked for, or needed a fallback.
 */
export function levelOfRun({ agents, outcome, degraded }: Receipt, cancelled: boolean): LogLevel {
  if (agents.some(({ failure }) => failure?.code === "internal")) return "error";
  // A run that was called off has no outcome, and so counts as failed.
  const fellBack = agents.some(({ fallback }) => fallback !== undefined);
  return degraded || fellBack || (outcome === "failed" && !cancelled) ? "warn" : "info";
}

function whole(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}

/**
 * Defects are errors, and what an operator should look at is a warning. Successful probes are debug, or they would
 * drown the rest.
 */
function levelOf({ route, status, error, outcome, receipt }: LogEntry): LogLevel {
  if (error?.code === "internal_error") return "error";
  const cancelled = outcome === "cancelled" || outcome === "client-gone";
  const ofRun = receipt === undefined ? "info" : levelOfRun(receipt, cancelled);
  if (ofRun === "error") return ofRun;
  if (status >= 500 || status === 429 || outcome === "failed" || ofRun === "warn") return "warn";
  const probed = route === "/health" || route === "/ready" || route === "/metrics";
  return probed && status < 400 ? "debug" : "info";
}

/** Messages for clients may quote the request, so only those of defects are logged. */
function shownError({ code, param, message, stack }: LogError): object {
  if (code === "internal_error") return { code, message, stack };
  return { code, param: param !== undefined && /^[a-z_]+(\[\d+\]|\.[a-z_]+)*$/.test(param) ? param : undefined };
}

/** Failures in our own words, and defects, whose author has to hear of them. */
const ours: readonly ErrorCode[] = [
  "timeout",
  "connection",
  "configuration",
  "budget-exhausted",
  "spending-limit",
  "internal",
];
/** Failures of the operator's account at the provider. */
const ofAccount: readonly ErrorCode[] = ["quota", "rate-limited", "authentication", "permission", "not-found"];
/** Statuses about the account. Others, such as 400, are about the request. */
const accountStatuses: readonly unknown[] = [401, 402, 403, 404, 429];

/** Whether a message may be logged: in the others a provider may quote the prompt. */
function isShown({ code, status }: NonNullable<AgentReceipt["failure"]>): boolean {
  return ours.includes(code) || (ofAccount.includes(code) && accountStatuses.includes(status));
}

function failedAgent({ id, model, failure }: AgentReceipt): object[] {
  return failure === undefined ? [] : [{ agent: id, model, ...failureFields(failure) }];
}

/** A model whose fallback took over, which is not to stay so. */
function fallbackOf({ id, model, fallback }: AgentReceipt): object[] {
  if (fallback === undefined) return [];
  return [{ agent: id, model, fallback: fallback.model, ...failureFields(fallback.failure) }];
}

function failureFields(failure: NonNullable<AgentReceipt["failure"]>): object {
  const { code, phase, message, status } = failure;
  return { phase, code, status, ...(isShown(failure) && { message: message.slice(0, 300) }) };
}
