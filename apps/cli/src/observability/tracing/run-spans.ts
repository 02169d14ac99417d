import type { Attributes, Context } from "@opentelemetry/api";
import type { CallDetail, Receipt, RunResult } from "@massgen/core";
import { errorWord, usageAttributes, writeCall } from "./call-span.ts";
import { finishWord, inputMessages, outputMessages } from "./messages.ts";
import type { SpanWriting, TraceApi } from "./span-writing.ts";
import { traceParentOf } from "./trace-parent.ts";
import type { Moment, RunOrigin, TracedRun } from "./traced-run.ts";

/** Writes the spans of a run that has ended: one for the run, and one for each call. */
export function writeSpans(writing: SpanWriting, run: TracedRun, result: RunResult, origin: RunOrigin = {}): void {
  const { api, tracer } = writing;
  const { startedAt, runId } = run.started;
  const { receipt } = result;
  const attributes = { "massgen.run.id": runId, ...runAttributes(writing, result, origin) };
  const span = tracer.startSpan(
    "invoke_agent massgen",
    { kind: api.SpanKind.INTERNAL, startTime: startedAt, attributes },
    parentOf(api, origin),
  );
  for (const moment of run.moments) {
    span.addEvent(`massgen.${moment.type.replaceAll("-", "_")}`, momentOf(writing, moment), startedAt + moment.atMs);
  }
  if (result.status === "failed") span.setStatus({ code: api.SpanStatusCode.ERROR });
  const inRun = api.trace.setSpan(api.ROOT_CONTEXT, span);
  const texts = writing.content ? textsOf(run, result, writing.redact) : undefined;
  for (const call of receipt.callsDetail) writeCall(writing, call, startedAt, inRun, texts?.(call));
  span.end(startedAt + receipt.elapsedMs);
}

function parentOf({ ROOT_CONTEXT, trace, createTraceState }: TraceApi, origin: RunOrigin): Context {
  const parent = traceParentOf(origin.traceparent, origin.tracestate);
  if (parent === undefined) return ROOT_CONTEXT;
  const { state, ...ids } = parent;
  const traceState = state === undefined ? {} : { traceState: createTraceState(state) };
  return trace.setSpanContext(ROOT_CONTEXT, { ...ids, isRemote: true, ...traceState });
}

function runAttributes({ version, content, redact }: SpanWriting, result: RunResult, origin: RunOrigin): Attributes {
  const { receipt, status } = result;
  const { outcome, degraded, reasons, winner, presenter, calls } = receipt;
  const answered = status === "answered" ? result : undefined;
  return {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": "massgen",
    "gen_ai.agent.name": "massgen",
    "gen_ai.agent.version": version,
    ...usageAttributes(receipt.usage),
    ...(answered && { "gen_ai.response.finish_reasons": [finishWord(answered.finishReason)] }),
    ...(status === "failed" && { "error.type": errorWord(result.failure.code) }),
    "massgen.outcome": status === "cancelled" ? status : outcome,
    "massgen.degraded": degraded,
    ...(degraded && { "massgen.degraded.reasons": [...reasons] }),
    ...(winner !== undefined && { "massgen.winner": winner }),
    ...(presenter !== undefined && { "massgen.presenter": presenter }),
    ...tallyAttributes(receipt),
    "massgen.calls.made": calls.made,
    "massgen.calls.failed": calls.failed,
    ...(content && origin.messages && { "gen_ai.input.messages": inputMessages(origin.messages, redact) }),
    ...(content && answered && { "gen_ai.output.messages": outputOf(answered, redact) }),
  };
}

function outputOf(
  { text, toolCalls, finishReason }: Extract<RunResult, { status: "answered" }>,
  redact: (text: string) => string,
): string {
  return outputMessages(text, toolCalls, finishReason, redact);
}

/** The votes of the round that decided: agents, and what each got, in the same order. */
function tallyAttributes({ tally }: Receipt): Attributes {
  const ranked = Object.entries(tally);
  if (ranked.length === 0) return {};
  return {
    "massgen.tally.agents": ranked.map(([agent]) => agent),
    "massgen.tally.votes": ranked.map(([, votes]) => votes),
  };
}

function momentOf({ content, redact }: SpanWriting, moment: Moment): Attributes {
  const agent = "agentId" in moment ? { "gen_ai.agent.name": moment.agentId } : {};
  switch (moment.type) {
    case "vote-cast": {
      const { round, choice, reason } = moment;
      const why = content ? { "massgen.vote.reason": redact(reason) } : {};
      return { ...agent, "massgen.vote.round": round, "massgen.vote.choice": choice, ...why };
    }
    case "vote-abstained":
      return { ...agent, "massgen.vote.round": moment.round };
    case "winner-selected": {
      const { outcome, votes, cast } = moment;
      return { ...agent, "massgen.outcome": outcome, "massgen.votes": votes, "massgen.votes.cast": cast };
    }
    case "agent-failed":
      return { ...agent, "massgen.phase": moment.phase, "error.type": errorWord(moment.failure.code) };
    case "limit-reached":
      return { "massgen.limit": moment.limit };
  }
}

/** Finds what a call wrote: an agent's answers come in the order of its calls. */
function textsOf(
  { written }: TracedRun,
  result: RunResult,
  redact: SpanWriting["redact"],
): (call: CallDetail) => string | undefined {
  const left = [...written];
  const presented = result.receipt.callsDetail.findLast(
    ({ phase, result: end }) => phase === "presentation" && end === "ok",
  );
  return (call) => {
    const { agentId, phase, result: end, finishReason = "other" } = call;
    if (end !== "ok") return undefined;
    if (call === presented) {
      return result.status === "answered"
        ? outputMessages(result.text, result.toolCalls, finishReason, redact)
        : undefined;
    }
    const at = left.findIndex((one) => one.agentId === agentId && one.phase === phase);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const candidate = found?.candidate;
    return candidate && outputMessages(candidate.text, candidate.toolCalls, finishReason, redact);
  };
}
