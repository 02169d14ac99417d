import type { Outcome } from "@massgen/core";

/** What went wrong with a request. */
export interface LogError {
  /** The wire code, or the wire type where there is no code. */
  readonly code: string;
  readonly message: string;
  /** Only for defects of the server itself. */
  readonly stack?: string;
}

/** One served request. The query string is left out: people put keys there. */
export interface LogEntry {
  readonly requestId: string;
  readonly runId?: string;
  readonly method: string;
  readonly path: string;
  /** 499 when the client left before there was a status. */
  readonly status: number;
  /** From the request's arrival to the end of its response. */
  readonly ms: number;
  /** How the run ended; absent when there was none. */
  readonly outcome?: Outcome | "cancelled" | "client-gone";
  readonly error?: LogError;
}
