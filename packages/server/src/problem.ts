/**
 * What can go wrong with a request, and the HTTP status of each: the one table. How a wire words it stands with the
 * wire.
 */
const statuses = {
  "invalid-body": 400,
  "invalid-value": 400,
  "refused-by-agents": 400,
  "model-not-available": 400,
  "invalid-api-key": 401,
  "host-not-allowed": 403,
  "origin-not-allowed": 403,
  "model-not-found": 404,
  "unknown-url": 404,
  "method-not-allowed": 405,
  "request-timeout": 408,
  "request-too-large": 413,
  "unsupported-media-type": 415,
  "server-busy": 429,
  "rate-limited": 429,
  "headers-too-large": 431,
  "internal-error": 500,
  "agents-failed": 502,
  overloaded: 503,
  draining: 503,
  timeout: 504,
} as const;

export type ProblemKind = keyof typeof statuses;

/** What a particular problem says beyond its kind. */
export interface ProblemDetails {
  /** The request field that is at fault. */
  readonly param?: string;
  /** Instead of the kind's own word. */
  readonly code?: string;
  /** When to try again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** False when trying again would spend tokens again, or cannot help. */
  readonly shouldRetry?: false;
  /** The methods a URL does take. */
  readonly allow?: string;
}

/** What went wrong, in no wire's words. */
export interface Problem extends ProblemDetails {
  readonly kind: ProblemKind;
  readonly status: number;
  /** A word for programs: the log has it, and so have wires with a place for one. */
  readonly code: string;
  /** For the client: no keys, no paths, no stack. */
  readonly message: string;
}

/** Makes a problem of a kind. `message` goes to the client: no keys, no paths, no stack. */
export function problem(kind: ProblemKind, message: string, details: ProblemDetails = {}): Problem {
  return { kind, status: statuses[kind], code: kind.replaceAll("-", "_"), message, ...details };
}

/** Carries a problem to where it is answered. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(kind: ProblemKind, message: string, details?: ProblemDetails) {
    super(message);
    this.problem = problem(kind, message, details);
  }
}

/** What to say about a defect: no detail of it goes to a client. */
export function internalError(): Problem {
  return problem("internal-error", "The server had an internal error. Its log names the cause by request id.");
}
