import type { ErrorCode } from "@massgen/core";
import type { Nature } from "@massgen/fault-lab";

/** An error as the client must see it. */
export interface ExpectedProblem {
  readonly status: 400 | 429 | 502 | 503 | 504;
  readonly type: "invalid_request_error" | "rate_limit_error" | "upstream_error" | "server_error" | "timeout_error";
  /** Seconds, where the error says when to come back. */
  readonly retryAfterS?: number;
}

/** Told where nobody said for how long to wait. */
const defaultRetryAfterS = 5;

const refusals: readonly ErrorCode[] = ["invalid-request", "context-length", "content-filter"];
const unreachable: readonly ErrorCode[] = ["timeout", "connection", "overloaded", "upstream-failed"];

/** What a fault of this nature is called. */
export function codeOf(nature: Nature): ErrorCode {
  return nature.kind === "fails" ? nature.code : "invalid-response";
}

/** The row of the error table for what all agents failed of. */
export function problemOf(natures: readonly Nature[]): ExpectedProblem {
  const codes = natures.map(codeOf);
  const all = (among: readonly ErrorCode[]): boolean => codes.every((code) => among.includes(code));
  if (all(["rate-limited"])) {
    const waits = natures.flatMap((nature) => (nature.kind === "fails" ? (nature.retryAfterS ?? []) : []));
    return {
      status: 429,
      type: "rate_limit_error",
      retryAfterS: waits.length > 0 ? Math.min(...waits) : defaultRetryAfterS,
    };
  }
  // None of these faults comes after a word was written: an overload in the middle of an answer has another code.
  if (all(["overloaded"])) return { status: 503, type: "server_error", retryAfterS: defaultRetryAfterS };
  if (all(refusals)) return { status: 400, type: "invalid_request_error" };
  if (codes.includes("timeout") && all(unreachable)) return { status: 504, type: "timeout_error" };
  return { status: 502, type: "upstream_error" };
}
