import { MassgenError, type ErrorCode } from "@massgen/core/model";
import { redactedCause } from "../foreign-error.ts";
import { contextFigures } from "./context-figures.ts";
import { codeOf, phraseOf } from "./failure-code.ts";
import type { UpstreamFailure } from "./upstream-failure.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { connectionReason } from "./connection-reason.ts";
import { shownText } from "./upstream-text.ts";

/** Who is called, and how errors of the call are worded and kept free of secrets. */
export interface CallSite {
  /** How every message begins: `openai gpt-4o`. */
  readonly label: string;
  /** The host and port of the upstream. */
  readonly host: string;
  readonly redact: (text: string) => string;
}

/**
 * The error for a failure the provider reported, by status or inside the stream. The message does not have the status:
 * client programs that find a 5xx number in a message try again, which costs a whole run.
 */
export function upstreamError(site: CallSite, failure: UpstreamFailure, cause?: unknown): MassgenError {
  return reported(site, failure, codeOf(failure), cause);
}

/**
 * The error for a failure that the provider reported inside an answer.
 *
 * @param held whether part of the answer came before the failure without being delivered. A provider that has begun to
 *   answer was not overloaded, and only the code can show that
 */
export function answerError(site: CallSite, failure: UpstreamFailure, held: boolean): MassgenError {
  const code = codeOf(failure);
  return reported(site, failure, held && code === "overloaded" ? "upstream-failed" : code);
}

function reported(site: CallSite, failure: UpstreamFailure, code: ErrorCode, cause?: unknown): MassgenError {
  const said = shownText(failure.message, site.redact);
  return new MassgenError(code, `${site.label}: ${phraseOf(code)}${said === "" ? "" : `: ${said}`}`, {
    cause: redactedCause(cause, site.redact),
    ...(failure.status !== undefined && { status: failure.status }),
    ...(isFieldName(failure.param, site.redact) && { param: failure.param }),
    ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
    ...(code === "context-length" && contextFigures(failure)),
  });
}

/** Whether a text is just the name of a request field: such a name goes on to clients without being redacted. */
export function isFieldName(text: string | undefined, redact: CallSite["redact"]): text is string {
  return text !== undefined && /^[\w.[\]-]{1,100}$/.test(text) && redact(text) === text;
}

/** The error for a request that got no answer. */
export function unreachable(site: CallSite, cause: unknown): MassgenError {
  const reason = shownText(connectionReason(cause), site.redact);
  return new MassgenError("connection", `${site.label}: cannot reach ${site.host}: ${reason}`, {
    cause: redactedCause(cause, site.redact),
  });
}

/** The error for an answer whose connection broke. */
export function broken(site: CallSite, cause: unknown): MassgenError {
  const reason = shownText(connectionReason(cause), site.redact);
  return new MassgenError("connection", `${site.label}: the connection to ${site.host} broke: ${reason}`, {
    cause: redactedCause(cause, site.redact),
  });
}

/** The error for a 200 that is no answer, or not a whole one; `quoted` is what came instead. */
export function unusable(
  site: CallSite,
  code: Extract<ErrorCode, "truncated" | "invalid-response">,
  what: string,
  quoted?: string,
): MassgenError {
  const quote = quoted === undefined ? "" : `: ${shownText(quoted, site.redact)}`;
  return new MassgenError(code, `${site.label}: ${what}${quote}`);
}

/** The error for a body that is something else than an answer; `text` is what came. */
export function noAnswer(site: CallSite, text: string): MassgenError {
  return unusable(site, "invalid-response", "something else came instead of an answer", text);
}

/** The error for an answer that stops before its end, after `pieces` pieces or without any. */
export function unfinished(site: CallSite, pieces: number, response: HttpAnswer): MassgenError {
  if (pieces > 0) return unusable(site, "truncated", "the answer ended without its end marker");
  const kind = response.headers.get("content-type") ?? "no content type";
  return unusable(site, "invalid-response", "an empty answer came", kind);
}
