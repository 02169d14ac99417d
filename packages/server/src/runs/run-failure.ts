import type { ErrorCode, RunResult } from "@massgen/core";
import { problem, type Problem } from "../problem.ts";

/** Told to clients when every agent is rate-limited and no provider said for how long. */
const defaultRetryAfterMs = 5_000;

/**
 * What the client is to be told about a run that brought no answer. Core has weighed the agents' failures against each
 * other; here their sum gets its row.
 */
export function problemOf(result: Exclude<RunResult, { status: "answered" }>): Problem {
  if (result.status === "cancelled") {
    // The client is still there, so it was not the client who cancelled.
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
        ...(result.receipt.usage !== undefined && { shouldRetry: false }),
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
    case "timeout":
      return problem("timeout", message, { shouldRetry: false });
    case "internal":
      // One of the providers is defective, and its message says which: the server is not.
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
      // A host's own engine may know words that this server does not.
      return problem("agents-failed", message, { shouldRetry: false });
  }
}

/** A provider names the field of its own request: what does not look like one may be anything, a key even. */
function isField(param: string | undefined): param is string {
  return param !== undefined && param.length <= 100 && /^[a-z]\w*(?:[.[]\w+\]?)*$/i.test(param);
}

/** Whether no model has written anything, so that trying again throws nothing away. */
function generatedNothing({ receipt }: Extract<RunResult, { status: "failed" }>): boolean {
  if (receipt.usage !== undefined) return false;
  return receipt.agents.every(
    ({ answerChars, failure }) => answerChars === undefined && failure?.phase !== "presentation",
  );
}

/**
 * Clients repeat a whole run at "(HTTP 500)", which a provider may quote from its own upstream. The log has the status.
 */
function withoutStatus(message: string): string {
  return message.replaceAll(/ ?\(HTTP 5\d\d\)/gi, "").replaceAll(/\bHTTP 5\d\d\b/gi, "server error");
}

/** Clients repeat a whole run at this word, which is right only where no agent was served at all. */
function withoutOverload(message: string): string {
  return message.replaceAll(/overload(ed)?/gi, "busy");
}

/** Core's word in the spelling of problems. */
function wordOf(code: ErrorCode): string {
  return code.replaceAll("-", "_");
}
