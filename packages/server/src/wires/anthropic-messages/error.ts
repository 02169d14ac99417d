import type { Problem, ProblemKind } from "../../problem.ts";

/** The body of every error response of this wire, and of the `error` event of a stream. */
export interface ErrorBody {
  readonly type: "error";
  readonly error: {
    readonly type: ErrorType;
    readonly message: string;
    readonly details?: { readonly error_code: string };
  };
  readonly request_id?: string;
}

type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "api_error"
  | "timeout_error"
  | "overloaded_error";

/** Anthropic's word for each kind of problem. */
const types = {
  "invalid-body": "invalid_request_error",
  "invalid-value": "invalid_request_error",
  "refused-by-agents": "invalid_request_error",
  "model-not-available": "invalid_request_error",
  "invalid-api-key": "authentication_error",
  "host-not-allowed": "permission_error",
  "origin-not-allowed": "permission_error",
  "model-not-allowed": "permission_error",
  "model-not-found": "not_found_error",
  "unknown-url": "not_found_error",
  "method-not-allowed": "invalid_request_error",
  "request-timeout": "timeout_error",
  "request-too-large": "request_too_large",
  "unsupported-media-type": "invalid_request_error",
  "server-busy": "rate_limit_error",
  "rate-limited": "rate_limit_error",
  "quota-spent": "rate_limit_error",
  "headers-too-large": "request_too_large",
  "run-cancelled": "api_error",
  "internal-error": "api_error",
  "agents-failed": "api_error",
  overloaded: "overloaded_error",
  draining: "overloaded_error",
  "store-unavailable": "api_error",
  timeout: "timeout_error",
} as const satisfies Record<ProblemKind, ErrorType>;

/** A problem in Anthropic's error shape. It has no place for a code or a field: the message names them. */
export function errorBody({ kind, message, param }: Problem, requestId?: string): ErrorBody {
  // Anthropic's tool runners read this code, and then send every message with each turn.
  const details = kind === "invalid-value" && param === "thread" && { error_code: "thread_unsupported_request" };
  const error = { type: types[kind], message, ...(details && { details }) };
  return { type: "error", error, ...(requestId !== undefined && { request_id: requestId }) };
}
