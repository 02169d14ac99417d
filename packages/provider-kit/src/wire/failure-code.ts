import type { ErrorCode } from "@massgen/core/model";
import type { UpstreamFailure } from "./upstream-failure.ts";

/** The providers' words that say what is wrong: they win over the HTTP status, since a 400 can mean many things. */
const specificWords: ReadonlyMap<string, ErrorCode> = new Map([
  ["context_length_exceeded", "context-length"],
  ["exceed_context_size_error", "context-length"],
  ["context_window_exceeded", "context-length"],
  ["contextwindowexceedederror", "context-length"],
  ["model_context_window_exceeded", "context-length"],
  ["prompt_too_long", "context-length"],
  ["string_above_max_length", "context-length"],
  ["request_too_large", "context-length"],
  ["content_filter", "content-filter"],
  ["content_policy_violation", "content-filter"],
  ["data_inspection_failed", "content-filter"],
  ["datainspectionfailed", "content-filter"],
  ["contentpolicyviolationerror", "content-filter"],
  ["invalid_api_key", "authentication"],
  ["api_key_invalid", "authentication"],
  ["authentication_error", "authentication"],
  ["unauthenticated", "authentication"],
  ["authenticationerror", "authentication"],
  ["invalidapikey", "authentication"],
  ["permission_denied", "permission"],
  ["permission_error", "permission"],
  ["permission_denied_error", "permission"],
  ["permissiondeniederror", "permission"],
  ["accessdeniedexception", "permission"],
  ["insufficient_quota", "quota"],
  ["billing_error", "quota"],
  ["billing_not_active", "quota"],
  ["billing_hard_limit_reached", "quota"],
  ["exceeded_current_quota_error", "quota"],
  ["insufficient_balance", "quota"],
  ["insufficient_credits", "quota"],
  ["payment_required", "quota"],
  ["arrearage", "quota"],
  ["rate_limit_exceeded", "rate-limited"],
  ["rate_limit_error", "rate-limited"],
  ["rate_limit_reached_error", "rate-limited"],
  ["too_many_requests", "rate-limited"],
  ["ratelimiterror", "rate-limited"],
  ["throttlingexception", "rate-limited"],
  ["throttling", "rate-limited"],
  ["throttling.ratequota", "rate-limited"],
  ["resource_exhausted", "rate-limited"],
  ["model_not_found", "not-found"],
  ["not_found_error", "not-found"],
  ["not_found", "not-found"],
  ["notfounderror", "not-found"],
  ["overloaded_error", "overloaded"],
  ["overloaded", "overloaded"],
  ["engine_overloaded_error", "overloaded"],
  ["server_is_overloaded", "overloaded"],
  ["slow_down", "overloaded"],
  ["unavailable", "overloaded"],
  ["service_unavailable", "overloaded"],
  ["serviceunavailableerror", "overloaded"],
  // MiniMax's numbers: https://platform.minimax.io/docs/api-reference/errorcode
  ["base_resp.1002", "rate-limited"],
  ["base_resp.1039", "rate-limited"],
  ["base_resp.1004", "authentication"],
  ["base_resp.2049", "authentication"],
  ["base_resp.1008", "quota"],
  ["base_resp.2056", "quota"],
  ["base_resp.1026", "content-filter"],
  ["base_resp.1027", "content-filter"],
  ["tool_use_failed", "invalid-response"],
  ["json_validate_failed", "invalid-response"],
]);

/** Words that services use for any failure. They count only without a status, in a stream that began well. */
const generalWords: ReadonlyMap<string, ErrorCode> = new Map([
  ["internal", "upstream-failed"],
  ["internal_error", "upstream-failed"],
  ["internal_server_error", "upstream-failed"],
  ["internalservererror", "upstream-failed"],
  ["server_error", "upstream-failed"],
  ["api_error", "upstream-failed"],
  ["upstream_error", "upstream-failed"],
  ["timeout_error", "upstream-failed"],
  ["deadline_exceeded", "upstream-failed"],
  ["invalid_request_error", "invalid-request"],
  ["invalid_argument", "invalid-request"],
  ["failed_precondition", "invalid-request"],
  ["badrequesterror", "invalid-request"],
  ["base_resp.2013", "invalid-request"],
]);

/** Patterns for messages without a word for the kind of failure, and the statuses with which they count. */
const sentences: readonly (readonly [code: ErrorCode, spoken: RegExp, statuses: readonly number[]])[] = [
  [
    "quota",
    /credit balance is too low|insufficient (?:account )?(?:balance|credits?|funds)|used all available credits|spending limit|billing hard limit/i,
    [400, 403, 429],
  ],
  [
    "context-length",
    /context.{0,10}length|context window|maximum context|prompt (?:is )?too long|exceeds? (?:the )?(?:model's )?context|input (?:is )?too long|too many (?:input )?tokens(?!: max[ _]tokens)|token count.{0,40}exceeds|reduce the length|context (?:size|limit)|model token limit|range of input length/i,
    [400, 413, 422],
  ],
  // llama.cpp says these with a 500: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server-common.cpp
  ["context-length", /exceeds the (?:available )?context size|context size (?:was |has been )?exceeded/i, [500]],
  ["content-filter", /content[_ ]filter|content management policy|content policy|data inspection/i, [400, 413, 422]],
  // A model without vision behind a server that answers with 500: trying again does not help.
  [
    "invalid-request",
    /(?:images?|audio|video) (?:inputs? )?(?:is|are) not supported|not support images?\b|mmproj/i,
    [500, 501],
  ],
  ["authentication", /api key not valid|invalid api key|incorrect api key/i, [400, 413, 422]],
  // Inside answers, with the service's own number or without one.
  ["rate-limited", /\brate[_ ]limit|too many requests|速率限制/i, []],
  ["overloaded", /\boverloaded\b|over capacity|\bservice unavailable\b/i, []],
  ["authentication", /\bauthentication (?:error|failed)\b|\bunauthorized\b/i, []],
];

/**
 * The code for a failure. A specific word of the provider wins over the status, the status over a general word; without
 * any of them the provider failed.
 */
export function codeOf({ status, message, kinds = [] }: UpstreamFailure): ErrorCode {
  const named = [...kinds, ...quotedKinds(message)].flatMap((kind) => specificWords.get(kind) ?? []);
  // Messages about missing credit often also say to slow down.
  if (named.includes("quota")) return "quota";
  if (named[0] !== undefined) return named[0];
  const spoken = sentences.find(
    ([, words, statuses]) => (status === undefined || statuses.includes(status)) && words.test(message),
  );
  if (spoken !== undefined) return spoken[0];
  if (status !== undefined) return codeOfStatus(status);
  return kinds.flatMap((kind) => generalWords.get(kind) ?? [])[0] ?? "upstream-failed";
}

/** The most characters of a message that are searched for a quoted error. */
const quotedCharacters = 4096;

/** The words that a gateway's message quotes from its service's error: `"code": "..."`, `'type': '...'`. */
function quotedKinds(message: string): readonly string[] {
  const quoted = message
    .slice(0, quotedCharacters)
    .matchAll(/["'](?:code|type)\\?["']\s{0,2}:\s{0,2}\\?["']([\w.-]{3,64})/g);
  return [...quoted].map(([, word = ""]) => word.toLowerCase());
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return "authentication";
    case 402:
      return "quota";
    case 403:
      return "permission";
    case 404:
    case 405:
    case 410:
      return "not-found";
    case 408:
      return "timeout";
    case 413:
      return "context-length";
    case 425:
    case 429:
      return "rate-limited";
    case 503:
    case 529:
      return "overloaded";
    // A conflict between requests, which passes.
    case 409:
      return "upstream-failed";
    default:
      if (status >= 500) return "upstream-failed";
      return status >= 400 ? "invalid-request" : "invalid-response";
  }
}

/** The meaning of an error code, for the middle of a message. */
export function phraseOf(code: ErrorCode): string {
  switch (code) {
    case "rate-limited":
      return "rate limit reached";
    case "quota":
      return "the account's quota or credit is used up; check its plan and billing";
    case "overloaded":
      return "the provider is overloaded";
    case "upstream-failed":
      return "the provider failed";
    case "authentication":
      return "the API key was refused; check api_key or its environment variable";
    case "permission":
      return "the API key may not do this";
    case "not-found":
      return "no such model or URL; check model and base_url";
    case "invalid-request":
      return "the request was refused";
    case "context-length":
      return "the conversation is too long for the model";
    case "content-filter":
      return "refused by the provider's content filter";
    case "timeout":
      return "the provider ran out of time";
    case "connection":
      return "no connection";
    case "truncated":
      return "the answer ended early";
    case "invalid-response":
      return "the answer cannot be used";
    case "aborted":
      return "aborted";
    case "configuration":
      return "wrong or missing setting";
    case "budget-exhausted":
    case "spending-limit":
    case "agents-failed":
      return "the budget is used up";
    case "internal":
      return "internal error";
  }
}
