import type { APIError, OpenAI } from "openai";
import { MassgenError } from "@massgen/core/model";
import { unreachable, type CallSite } from "../wire/call-site.ts";
import { retryAfterOf } from "../wire/retry-after.ts";
import { failureOf, type UpstreamFailure } from "../wire/upstream-failure.ts";

/** A refusal by status, read from the SDK's error; undefined when no answer came at all. */
export function refusalOf(error: unknown, client: OpenAI): UpstreamFailure | undefined {
  if (!isApiError(error, client) || error.status === undefined) return undefined;
  const { status } = error;
  // Without a JSON body the SDK keeps the text only in its message, behind the status.
  const body: unknown = error.error ?? error.message.replace(/^\d{3} (?:status code \(no body\))?/, "");
  const retryAfterMs = retryAfterOf(error.headers, Date.now());
  return { ...failureOf(body, status), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The error for a request that failed without a status. */
export function withoutAnswer(site: CallSite, error: unknown): MassgenError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return unreachable(site, cause);
}

function isApiError(error: unknown, client: OpenAI): error is APIError {
  const { APIError } = client.constructor as typeof OpenAI;
  return error instanceof APIError;
}
