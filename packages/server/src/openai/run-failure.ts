import type { ErrorCode, RunResult } from "@massgen/core";
import { problem, type Problem } from "./errors.ts";

/** Told to clients when every agent is rate-limited and no provider said for how long. */
const defaultRetryAfterMs = 5_000;

/**
 * What the client is to be told about a run that brought no answer. Core has weighed the agents' failures against each other; here
 * their sum gets its row.
 */
export function problemOf(result: Exclude<RunResult, { status: "answered" }>): Problem {
  if (result.status === "cancelled") {
    // The client is still there, so it was not the client who cancelled.
    return problem("draining", "The server is shutting down and had to cut this run short.", {
      retryAfterMs: defaultRetryAfterMs,
      shouldRetry: false,
    });
  }
  const { code, message, param, retryAfterMs } = result.failure;
  switch (code) {
    case "rate-limited":
      return problem("rate-limited", message, {
        retryAfterMs: retryAfterMs ?? defaultRetryAfterMs,
        ...(result.receipt.usage !== undefined && { shouldRetry: false }),
      });
    case "invalid-request":
    case "context-length":
    case "content-filter":
      return problem("refused-by-agents", message, {
        code: wireCode(code),
        shouldRetry: false,
        ...(param !== undefined && { param }),
      });
    case "timeout":
      return problem("timeout", message, { shouldRetry: false });
    case "internal":
      // One of the providers is defective, and its message says which: the server is not.
      if (result.receipt.agents.some(({ failure }) => failure?.code === "internal")) {
        return problem("agents-failed", message, { code: "provider_defect", shouldRetry: false });
      }
      return problem("internal", "The run failed because of a defect in the server.", { shouldRetry: false });
    case "authentication":
    case "permission":
    case "overloaded":
    case "connection":
    case "not-found":
    case "truncated":
    case "invalid-response":
    case "aborted":
    case "configuration":
    case "budget-exhausted":
    case "agents-failed":
      return problem("agents-failed", message, { code: wireCode(code), shouldRetry: false });
  }
}

/** Core's word in the spelling of the wire, or OpenAI's own where it has one. */
function wireCode(code: ErrorCode): string {
  return code === "context-length" ? "context_length_exceeded" : code.replaceAll("-", "_");
}
