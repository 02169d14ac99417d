import type { Attributes, Context } from "@opentelemetry/api";
import { isErrorCode, type CallDetail } from "@massgen/core";
import type { Usage } from "@massgen/core/model";
import { finishWord } from "./messages.ts";
import { providerName } from "./provider-name.ts";
import type { SpanWriting } from "./span-writing.ts";

/** Writes the span of a call. `text` is what it wrote, where that is shown. */
export function writeCall(
  { api, tracer, typeOf }: SpanWriting,
  call: CallDetail,
  startedAt: number,
  parent: Context,
  text: string | undefined,
): void {
  const { agentId, model, phase, queuedAtMs, sentAtMs, firstTokenAtMs, endedAtMs, result } = call;
  const beganAtMs = sentAtMs ?? queuedAtMs;
  const failed = result === "lost" || (isErrorCode(result) && result !== "aborted");
  const attributes: Attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": providerName(typeOf(agentId, model)),
    "gen_ai.request.model": model,
    "gen_ai.request.stream": true,
    "gen_ai.agent.name": agentId,
    ...usageAttributes(call.usage),
    ...(call.finishReason && { "gen_ai.response.finish_reasons": [finishWord(call.finishReason)] }),
    ...(sentAtMs !== undefined &&
      firstTokenAtMs !== undefined && {
        "gen_ai.response.time_to_first_chunk": Math.max(0, firstTokenAtMs - sentAtMs) / 1000,
      }),
    ...(failed && { "error.type": errorWord(result) }),
    "massgen.call.id": call.callId,
    "massgen.call.purpose": phase,
    "massgen.call.result": errorWord(result),
    "massgen.call.waited_ms": Math.max(0, Math.round(beganAtMs - queuedAtMs)),
    ...(call.retryOf !== undefined && { "massgen.call.retry_of": call.retryOf }),
    ...(text !== undefined && { "gen_ai.output.messages": text }),
  };
  const span = tracer.startSpan(
    `chat ${model}`,
    { kind: api.SpanKind.CLIENT, startTime: startedAt + beganAtMs, attributes },
    parent,
  );
  if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
  span.end(startedAt + Math.max(beganAtMs, endedAtMs));
}

/** The figures of a usage report that are valid counts. */
export function usageAttributes(usage: Usage | undefined): Attributes {
  const figures = usageNames.flatMap(([name, figure]) => {
    const count = usage?.[figure];
    return Number.isSafeInteger(count) && (count as number) >= 0 ? [[name, count] as const] : [];
  });
  return Object.fromEntries(figures);
}

const usageNames: readonly (readonly [string, keyof Usage])[] = [
  ["gen_ai.usage.input_tokens", "inputTokens"],
  ["gen_ai.usage.output_tokens", "outputTokens"],
  ["gen_ai.usage.cache_read.input_tokens", "cachedInputTokens"],
  ["gen_ai.usage.cache_creation.input_tokens", "cacheWriteTokens"],
  ["gen_ai.usage.reasoning.output_tokens", "reasoningTokens"],
];

const ends: ReadonlySet<string> = new Set(["ok", "rejected", "aborted", "unsent", "lost"]);

/** A result or code, if it is one of ours: a host's own models may report anything. */
export function errorWord(code: string): string {
  return ends.has(code) || isErrorCode(code) ? code : "_OTHER";
}
