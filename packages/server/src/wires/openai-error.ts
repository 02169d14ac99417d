import type { Problem, ProblemKind } from "../problem.ts";

/**
 * The body of every error response of OpenAI's wires, and of an error frame in a stream. Always has these four keys.
 */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** OpenAI's error type for each kind of problem, or ours if it has none. */
const types = {
  "invalid-body": "invalid_request_error",
  "invalid-value": "invalid_request_error",
  "refused-by-agents": "invalid_request_error",
  "model-not-available": "invalid_request_error",
  "invalid-api-key": "invalid_request_error",
  "host-not-allowed": "invalid_request_error",
  "origin-not-allowed": "invalid_request_error",
  "model-not-allowed": "invalid_request_error",
  "model-not-found": "invalid_request_error",
  "unknown-url": "invalid_request_error",
  "method-not-allowed": "invalid_request_error",
  "request-timeout": "invalid_request_error",
  "request-too-large": "invalid_request_error",
  "unsupported-media-type": "invalid_request_error",
  "server-busy": "rate_limit_error",
  "rate-limited": "rate_limit_error",
  "quota-spent": "insufficient_quota",
  "headers-too-large": "invalid_request_error",
  "run-cancelled": "server_error",
  "internal-error": "server_error",
  "agents-failed": "upstream_error",
  overloaded: "server_error",
  draining: "server_error",
  "store-unavailable": "server_error",
  timeout: "timeout_error",
} as const satisfies Record<ProblemKind, string>;

/** Problem codes that OpenAI words differently or does not have. */
const codes: ReadonlyMap<string, string | null> = new Map([
  ["invalid_body", null],
  ["rate_limited", "rate_limit_exceeded"],
  ["context_length", "context_length_exceeded"],
  ["quota", "insufficient_quota"],
  ["quota_spent", "insufficient_quota"],
]);

/** A problem in OpenAI's error shape. */
export function errorBody({ kind, message, param, code }: Problem): ErrorBody {
  const word = codes.get(code);
  return { error: { message, type: types[kind], param: param ?? null, code: word === undefined ? code : word } };
}
