import type { Outcome, Receipt } from "@massgen/core";
import type { RouteName } from "./route-name.ts";

/** What went wrong with a request. */
export interface LogError {
  /** What kind of problem it was, such as `invalid_value`: the same word whichever wire was called. */
  readonly code: string;
  /** What the client is told. It may quote the request. */
  readonly message: string;
  /** The request field at fault. */
  readonly param?: string;
  /** Only for defects of the server itself. */
  readonly stack?: string;
}

/**
 * One served request, with what its run came to even where the client left before. Neither its URL is here nor a header
 * or any of its body but `model`: people put keys everywhere.
 */
export interface LogEntry {
  readonly requestId: string;
  readonly runId?: string;
  readonly method: string;
  readonly route: RouteName;
  /** 499 when the client left before there was a status. */
  readonly status: number;
  /** From the request's arrival to the end of its response. */
  readonly ms: number;
  /** From the request's arrival to the first byte of its answer. */
  readonly firstByteMs?: number;
  /** From the request's arrival to the first text of the final answer. */
  readonly firstContentMs?: number;
  /** What the client put into `model`, as it came; absent when it named none. */
  readonly model?: string;
  /** Whether the answer was asked for as a stream; absent when the request was not read so far. */
  readonly streamed?: boolean;
  /** How the run ended; absent when there was none. */
  readonly outcome?: Outcome | "cancelled" | "client-gone";
  /** The account of the run, once it has ended. */
  readonly receipt?: Receipt;
  readonly error?: LogError;
}
