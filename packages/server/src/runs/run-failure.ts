import type { ErrorCode, Receipt, RunResult } from "@massgen/core";
import { problem, type Problem } from "../problem.ts";

/** The wait for clients when every agent is rate-limited and no provider gave a time. */
const defaultRetryAfterMs = 5_000;

/**
 * The problem for a run without an answer. Core has already combined the agents' failures into one; this maps it to a
 * problem.
 */
export function problemOf(result: Exclude<RunResult, { status: "answered" }>, calledOff = false): Problem {
  if (result.status === "cancelled" && calledOff) {
    return problem("run-cancelled", "This run was cancelled by somebody who may look after it.", {
      shouldRetry: false,
    });
  }
  if (result.status === "cancelled") {
    // The client is still connected, so it did not cancel the run.
    return problem("draining", "The server is shutting down and had to cut this run short.", {
      retryAfterMs: defaultRetryAfterMs,
      shouldRetry: false,
    });
  }
  const { code, param, retryAfterMs } = result.failure;
  const plain = withoutStatus(result.failure.message);
  const message = code === "overloaded" && generatedNothing(result) ? plain : withoutOverload(plain);
  switch (code) {
    case "rate-limited":
      return problem("rate-limited", message, {
        retryAfterMs: retryAfterMs ?? defaultRetryAfterMs,
        ...(spentTokens(result.receipt) && { shouldRetry: false }),
      });
    case "overloaded":
      return generatedNothing(result)
        ? problem("overloaded", message, { retryAfterMs: retryAfterMs ?? defaultRetryAfterMs })
        : problem("agents-failed", message, { shouldRetry: false });
    case "invalid-request":
    case "context-length":
    case "content-filter":
      return problem("refused-by-agents", message, {
        code: wordOf(code),
        shouldRetry: false,
        ...(isField(param) && { param }),
      });
    case "spending-limit":
      return problem("quota-spent", message, { shouldRetry: false });
    case "timeout":
      return problem("timeout", message, { shouldRetry: false });
    case "internal":
      // The defect is in a provider, which the message names, and not in the server.
      if (result.receipt.agents.some(({ failure }) => failure?.code === "internal")) {
        return problem("agents-failed", message, { code: "provider_defect", shouldRetry: false });
      }
      return problem("internal-error", "The run failed because of a defect in the server.", { shouldRetry: false });
    case "quota":
    case "authentication":
    case "permission":
    case "upstream-failed":
    case "connection":
    case "not-found":
    case "truncated":
    case "invalid-response":
    case "aborted":
    case "configuration":
    case "budget-exhausted":
    case "agents-failed":
      return problem("agents-failed", message, { code: wordOf(code), shouldRetry: false });
    default:
      // A host's own engine may use codes that this server does not know.
      return problem("agents-failed", message, { shouldRetry: false });
  }
}

/**
 * Providers name fields of their own requests. Text that does not look like a field name could be anything, even a key.
 */
function isField(param: string | undefined): param is string {
  return param !== undefined && param.length <= 100 && /^[a-z]\w*(?:[.[]\w+\]?)*$/i.test(param);
}

/** Whether tokens were spent for sure: some were reported, or something was written. */
function spentTokens({ usage, unreported }: Receipt): boolean {
  return usage !== undefined || (unreported?.outputTokens ?? 0) > 0;
}

/** Whether no model has written anything yet, so that a retry wastes nothing. */
function generatedNothing({ receipt }: Extract<RunResult, { status: "failed" }>): boolean {
  if (spentTokens(receipt)) return false;
  return receipt.agents.every(
    ({ answerChars, failure }) => answerChars === undefined && failure?.phase !== "presentation",
  );
}

/**
 * Some clients repeat the whole run when a message contains "(HTTP 500)", which a provider may quote from its own
 * upstream. The log has the status.
 */
function withoutStatus(message: string): string {
  return message.replaceAll(/ ?\(HTTP 5\d\d\)/gi, "").replaceAll(/\bHTTP 5\d\d\b/gi, "server error");
}

/** Some clients repeat the whole run when they read this word, which is right only if no agent was served at all. */
function withoutOverload(message: string): string {
  return message.replaceAll(/overload(ed)?/gi, "busy");
}

/** A core error code as a problem code. */
function wordOf(code: ErrorCode): string {
  return code.replaceAll("-", "_");
}
