import type { ErrorCode } from "@massgen/core/model";
import { numberOf, objectOf, objectsIn, textOf, type JsonObject } from "./json-value.ts";
import { retryDelayOf } from "./retry-after.ts";

/** What a provider said about a failure, whichever way it said it. */
export interface UpstreamFailure {
  readonly message: string;
  readonly status?: number;
  /** The provider's own words for the kind of failure (`code`, `type`, Google's `status` and `reason`), lower case. */
  readonly kinds?: readonly string[];
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** What the model wrote before its provider found fault with it (Groq). */
  readonly generated?: string;
}

const kinds: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: "context-length",
  string_above_max_length: "context-length",
  request_too_large: "context-length",
  content_filter: "content-filter",
  content_policy_violation: "content-filter",
  data_inspection_failed: "content-filter",
  datainspectionfailed: "content-filter",
  invalid_api_key: "authentication",
  api_key_invalid: "authentication",
  authentication_error: "authentication",
  unauthenticated: "authentication",
  permission_denied: "permission",
  permission_error: "permission",
  permission_denied_error: "permission",
  insufficient_quota: "rate-limited",
  rate_limit_exceeded: "rate-limited",
  rate_limit_error: "rate-limited",
  too_many_requests: "rate-limited",
  resource_exhausted: "rate-limited",
  model_not_found: "not-found",
  not_found_error: "not-found",
  not_found: "not-found",
  overloaded_error: "overloaded",
  overloaded: "overloaded",
  unavailable: "overloaded",
  service_unavailable: "overloaded",
  internal: "overloaded",
  internal_server_error: "overloaded",
  internalservererror: "overloaded",
  server_error: "overloaded",
  api_error: "overloaded",
  deadline_exceeded: "overloaded",
  tool_use_failed: "invalid-response",
  json_validate_failed: "invalid-response",
  invalid_request_error: "invalid-request",
  invalid_argument: "invalid-request",
  failed_precondition: "invalid-request",
  badrequesterror: "invalid-request",
};

const longContext =
  /context.{0,10}length|context window|maximum context|prompt is too long|exceeds? (?:the )?(?:model's )?context|input (?:is )?too long|too many (?:input )?tokens|token count.{0,40}exceeds|reduce the length/i;
const filtered = /content[_ ]filter|content management policy|content policy|data inspection/i;
const wrongKey = /api key not valid|invalid api key|incorrect api key/i;

/** The code for a failure: what the provider calls it goes before its status, since a 400 can mean many things. */
export function codeOf(failure: UpstreamFailure): ErrorCode {
  const { status, message } = failure;
  const codes = (failure.kinds ?? []).flatMap((kind) => kinds[kind] ?? []);
  const named = codes.find((code) => code !== "invalid-request") ?? codes[0];
  if (named !== undefined && named !== "invalid-request" && (status === undefined || status < 500)) return named;
  if (status === undefined || status === 400 || status === 413 || status === 422) {
    if (longContext.test(message)) return "context-length";
    if (filtered.test(message)) return "content-filter";
    if (wrongKey.test(message)) return "authentication";
  }
  return status === undefined ? (named ?? "overloaded") : codeOfStatus(status);
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return "authentication";
    case 402:
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
    case 409:
      return "overloaded";
    default:
      if (status >= 500) return "overloaded";
      return status >= 400 ? "invalid-request" : "invalid-response";
  }
}

/** What an error code means, as the middle of a message. */
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
    case "agents-failed":
      return "the budget is used up";
    case "internal":
      return "internal error";
  }
}

/**
 * Reads an error out of whatever a provider sent: `{error: {...}}`, `{error: "..."}`, a flat error object, FastAPI's `{detail}`,
 * Google's array, or a bare text.
 */
export function failureOf(body: unknown, status?: number): UpstreamFailure {
  if (typeof body === "string") return { message: body, ...(status !== undefined && { status }) };
  const outer = objectOf(Array.isArray(body) ? (body as unknown[])[0] : body) ?? {};
  const inner = objectOf(outer["error"]) ?? outer;
  const words = [inner["code"], inner["type"], inner["status"], ...reasonsOf(inner)];
  const ownStatus = [inner["status_code"], inner["code"], inner["status"]].map(statusOf).find((s) => s !== undefined);
  const param = textOf(inner["param"]);
  const generated = textOf(inner["failed_generation"]);
  const retryAfterMs = retryDelayOf(inner["details"]);
  const knownStatus = status ?? ownStatus;
  return {
    message: messageOf(inner, outer),
    kinds: words.flatMap((word) => (typeof word === "string" ? [word.toLowerCase()] : [])),
    ...(knownStatus !== undefined && { status: knownStatus }),
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(generated !== undefined && { generated }),
  };
}

function messageOf(inner: JsonObject, outer: JsonObject): string {
  const message = textOf(inner["message"]) ?? textOf(outer["error"]) ?? textOf(outer["message"]);
  const raw = textOf(objectOf(inner["metadata"])?.["raw"]);
  if (message !== undefined) return raw === undefined ? message : `${message}: ${raw}`;
  const rest = inner["message"] ?? inner["detail"] ?? (Object.keys(inner).length > 0 ? inner : undefined);
  return typeof rest === "string" ? rest : rest === undefined ? "" : JSON.stringify(rest);
}

function reasonsOf(error: JsonObject): unknown[] {
  return objectsIn(error["details"]).map((detail) => detail["reason"]);
}

function statusOf(value: unknown): number | undefined {
  const status = numberOf(typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}
