import type { Tracer } from "@opentelemetry/api";

type Api = typeof import("@opentelemetry/api");

/** What of OpenTelemetry's API is needed: it is loaded only where traces are wanted. */
export type TraceApi = Pick<Api, "SpanKind" | "SpanStatusCode" | "ROOT_CONTEXT" | "trace" | "createTraceState">;

/** How spans are written. */
export interface SpanWriting {
  readonly api: TraceApi;
  readonly tracer: Tracer;
  readonly version: string;
  /** Whether prompts, answers and reasons are shown. */
  readonly content: boolean;
  readonly redact: (text: string) => string;
  /** The type of an agent's backend. */
  readonly typeOf: (agentId: string, model: string) => string;
}
