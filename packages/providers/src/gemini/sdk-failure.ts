import type { MassgenError } from "@massgen/core/model";
import { broken, unreachable, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { listOf, numberOf, objectOf, textOf } from "../wire/json-value.ts";
import { retryDelayOf } from "../wire/retry-after.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";

/** A refusal by status, read from the SDK's error; undefined when no answer came at all. */
export function refusalOf(error: unknown): UpstreamFailure | undefined {
  const fields = objectOf(error);
  const status = numberOf(fields?.["status"]);
  if (status === undefined) return undefined;
  const details = fields?.["errorDetails"];
  const retryAfterMs = retryDelayOf(details);
  return {
    status,
    kinds: listOf(details).flatMap((detail) => textOf(objectOf(detail)?.["reason"])?.toLowerCase() ?? []),
    message: saidIn(messageOf(error), details),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/**
 * What an error of the SDK means. The SDK tells kinds of failure apart by class and by sentence only: it drops causes, headers
 * and the symbolic status.
 *
 * @param chunks how many chunks came before the error; undefined when the request itself failed
 */
export function errorOf(site: CallSite, error: unknown, chunks: number | undefined): MassgenError {
  const message = messageOf(error);
  const refusal = refusalOf(error);
  if (refusal !== undefined) return upstreamError(site, refusal, error);
  if (chunks === undefined) return unreachable(site, reasonIn(error, message));
  if (message.includes("Failed to parse stream")) {
    return chunks === 0
      ? unusable(site, "invalid-response", "the answer is no stream of events")
      : unusable(site, "truncated", "the answer ended inside an event");
  }
  if (message.includes("Error parsing JSON response")) {
    return unusable(site, "invalid-response", "the answer holds an event that is no JSON object");
  }
  return broken(site, new Error("closed before the answer was whole", { cause: reasonIn(error, undefined) }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The provider's words, out of "[GoogleGenerativeAI Error]: Error fetching from URL: [429 Too Many Requests] words [details]". */
function saidIn(message: string, details: unknown): string {
  const words = message.replace(/^\[GoogleGenerativeAI Error\]: Error fetching from \S+: \[\d+[^\]]*\]\s*/, "");
  const tail = details === undefined ? "" : JSON.stringify(details);
  return tail !== "" && words.endsWith(tail) ? words.slice(0, -tail.length).trim() : words;
}

/** The cause if there is one, else the end of the sentence, which quotes fetch ("fetch failed"). */
function reasonIn(error: unknown, message: string | undefined): unknown {
  const cause = objectOf(error)?.["cause"] ?? (error instanceof Error ? error.cause : undefined);
  if (cause !== undefined) return cause;
  return message === undefined ? undefined : new Error(message.replace(/^.*Error fetching from \S+: /, ""));
}
