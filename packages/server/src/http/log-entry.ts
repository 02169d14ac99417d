import type { Outcome, Receipt } from "@massgen/core";
import type { RouteName } from "./route-name.ts";

/** What went wrong with a request. */
export interface LogError {
  /** The kind of problem, such as `invalid_value`; the same word on every wire. */
  readonly code: string;
  /** The message to the client. It may quote the request. */
  readonly message: string;
  /** The faulty request field. */
  readonly param?: string;
  /** Present only for defects of the server itself. */
  readonly stack?: string;
}

/**
 * One served request and the outcome of its run, even if the client left before. Contains neither its URL nor any
 * header, and nothing of its body but `model`: people put keys everywhere.
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
  /** The name of the key that it came with; absent where that has none. */
  readonly key?: string;
  /** The client's `model` as sent; absent when it sent none. */
  readonly model?: string;
  /** The name of the team that it asked; absent if that has none. */
  readonly team?: string;
  /** Whether the client asked for a stream; absent when the request was not read that far. */
  readonly streamed?: boolean;
  /** How the run ended; absent without a run. */
  readonly outcome?: Outcome | "cancelled" | "client-gone";
  /** The receipt of the run, once it has ended. */
  readonly receipt?: Receipt;
  readonly error?: LogError;
}
