/**
 * Everything that can go wrong with a request, with its HTTP status: the only such table. Each wire adds its own
 * wording.
 */
const statuses = {
  "invalid-body": 400,
  "invalid-value": 400,
  "refused-by-agents": 400,
  "model-not-available": 400,
  "invalid-api-key": 401,
  "host-not-allowed": 403,
  "origin-not-allowed": 403,
  "model-not-allowed": 403,
  "model-not-found": 404,
  "unknown-url": 404,
  "method-not-allowed": 405,
  "request-timeout": 408,
  "run-cancelled": 409,
  "request-too-large": 413,
  "unsupported-media-type": 415,
  "server-busy": 429,
  "rate-limited": 429,
  "quota-spent": 429,
  "headers-too-large": 431,
  "internal-error": 500,
  "agents-failed": 502,
  overloaded: 503,
  draining: 503,
  "store-unavailable": 503,
  timeout: 504,
} as const;

/** The statuses of errors, each once. */
export const problemStatuses: readonly number[] = [...new Set(Object.values(statuses))];

export type ProblemKind = keyof typeof statuses;

/** What a problem adds to its kind. */
export interface ProblemDetails {
  /** The faulty request field. */
  readonly param?: string;
  /** Replaces the kind's own code. */
  readonly code?: string;
  /** When to try again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** False when trying again would spend tokens again, or cannot help. */
  readonly shouldRetry?: false;
  /** The methods that the URL supports. */
  readonly allow?: string;
}

/** A problem, independent of any wire. */
export interface Problem extends ProblemDetails {
  readonly kind: ProblemKind;
  readonly status: number;
  /** A code for programs. The log shows it, and so do wires that have a field for it. */
  readonly code: string;
  /** For the client: no keys, no paths, no stack. */
  readonly message: string;
}

/** Makes a problem of a kind. `message` goes to the client: no keys, no paths, no stack. */
export function problem(kind: ProblemKind, message: string, details: ProblemDetails = {}): Problem {
  return { kind, status: statuses[kind], code: kind.replaceAll("-", "_"), message, ...details };
}

/** Carries a problem to the code that answers it. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(kind: ProblemKind, message: string, details?: ProblemDetails) {
    super(message);
    this.problem = problem(kind, message, details);
  }
}

/** The problem for a defect: clients get no detail. */
export function internalError(): Problem {
  return problem("internal-error", "The server had an internal error. Its log names the cause by request id.");
}
