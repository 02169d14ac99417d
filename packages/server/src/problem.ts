/** The kinds of errors this server answers with, and what each looks like on the wire: the one table of the error contract. */
const rows = {
  "invalid-body": { status: 400, type: "invalid_request_error", code: null },
  "invalid-field": { status: 400, type: "invalid_request_error", code: "invalid_value" },
  "refused-by-agents": { status: 400, type: "invalid_request_error", code: "invalid_request" },
  "model-not-available": { status: 400, type: "invalid_request_error", code: "model_not_available" },
  "invalid-api-key": { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
  "host-not-allowed": { status: 403, type: "invalid_request_error", code: "host_not_allowed" },
  "origin-not-allowed": { status: 403, type: "invalid_request_error", code: "origin_not_allowed" },
  "model-not-found": { status: 404, type: "invalid_request_error", code: "model_not_found" },
  "unknown-url": { status: 404, type: "invalid_request_error", code: "unknown_url" },
  "method-not-allowed": { status: 405, type: "invalid_request_error", code: "method_not_allowed" },
  "request-timeout": { status: 408, type: "invalid_request_error", code: "request_timeout" },
  "body-too-large": { status: 413, type: "invalid_request_error", code: "request_too_large" },
  "unsupported-media-type": { status: 415, type: "invalid_request_error", code: "unsupported_media_type" },
  "server-busy": { status: 429, type: "rate_limit_error", code: "server_busy" },
  "rate-limited": { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" },
  "headers-too-large": { status: 431, type: "invalid_request_error", code: "headers_too_large" },
  internal: { status: 500, type: "server_error", code: "internal_error" },
  "agents-failed": { status: 502, type: "upstream_error", code: "agents_failed" },
  overloaded: { status: 503, type: "server_error", code: "overloaded" },
  draining: { status: 503, type: "server_error", code: "draining" },
  timeout: { status: 504, type: "timeout_error", code: "timeout" },
} as const satisfies Record<string, { status: number; type: string; code: string | null }>;

export type ProblemKind = keyof typeof rows;

/** What a particular error says beyond its kind. */
export interface ProblemDetails {
  /** The request field that is at fault. */
  readonly param?: string;
  /** Instead of the kind's own code. */
  readonly code?: string;
  /** When to try again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** False when trying again would spend tokens again, or cannot help. */
  readonly shouldRetry?: false;
  /** The methods a URL does take. */
  readonly allow?: string;
}

/** An error as the client will see it. */
export interface Problem extends ProblemDetails {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly message: string;
}

/** The body of every error response, and of an error frame in a stream. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** Makes a problem of a kind. `message` goes to the client: no keys, no paths, no stack. */
export function problem(kind: ProblemKind, message: string, details: ProblemDetails = {}): Problem {
  const { status, type, code } = rows[kind];
  return { kind, status, type, message, ...(code === null ? {} : { code }), ...details };
}

/** Carries a problem to the error handler. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;

  constructor(kind: ProblemKind, message: string, details?: ProblemDetails) {
    super(message);
    this.problem = problem(kind, message, details);
  }
}

/** The OpenAI error shape: four keys, always. */
export function errorBody({ message, type, param, code }: Problem): ErrorBody {
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}

/** The headers that tell a client whether and when to try again. */
export function errorHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = {};
  if (problem.retryAfterMs !== undefined) {
    const waitMs = soundWaitMs(problem.retryAfterMs);
    headers["Retry-After"] = String(Math.max(1, Math.ceil(waitMs / 1000)));
    headers["retry-after-ms"] = String(Math.ceil(waitMs));
  }
  if (problem.shouldRetry === false) headers["x-should-retry"] = "false";
  if (problem.allow !== undefined) headers.Allow = problem.allow;
  return headers;
}

const longestWaitMs = 86_400_000;

/** Providers name the wait. What is no number of milliseconds, or none from 0 to a day, is made one. */
function soundWaitMs(ms: unknown): number {
  return typeof ms === "number" && ms > 0 ? Math.min(ms, longestWaitMs) : 0;
}
