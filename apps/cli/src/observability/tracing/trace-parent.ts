import type { SpanContext } from "@opentelemetry/api";

/** Longer ones are dropped whole, as W3C Trace Context allows. */
const longestState = 512;

/** The span that a request came from, and the rest of what its client said of it. */
export interface TraceParent extends Pick<SpanContext, "traceId" | "spanId" | "traceFlags"> {
  readonly state?: string;
}

/** Reads the headers of W3C Trace Context; undefined for those that are none. */
export function traceParentOf(traceparent: string | undefined, tracestate?: string): TraceParent | undefined {
  const [, version, traceId, spanId, flags, rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(traceparent?.trim() ?? "") ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Versions to come may append something; this one may not.
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const state = tracestate !== undefined && tracestate.length <= longestState ? { state: tracestate } : {};
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, ...state };
}
