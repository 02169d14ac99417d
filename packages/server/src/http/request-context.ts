import type { Receipt } from "@massgen/core";
import type { Response } from "express";
import type { Wire } from "../wires/wire.ts";
import type { LogEntry, LogError } from "./log-entry.ts";

/** What is known about a request while it is served. Routes add what the log entry will say. */
export interface RequestContext {
  readonly requestId: string;
  /** Milliseconds of `Clock.now`, as all times here. */
  readonly arrivedAt: number;
  /** In whose words problems are told. */
  readonly wire: Wire;
  firstByteAt?: number;
  firstContentAt?: number;
  /** Set once a run was started: from then on tokens are spent. */
  runId?: string;
  /** Resolves when that run is over: it outlives a client that leaves by a moment, and only then has its receipt. */
  runEnded?: Promise<void>;
  model?: string;
  streamed?: boolean;
  outcome?: LogEntry["outcome"];
  receipt?: Receipt;
  error?: LogError;
}

/** One name in a place that a host application shares with us. */
const key = "massgen";

export function setContext(res: Response, context: RequestContext): void {
  res.locals[key] = context;
}

export function contextOf(res: Response): RequestContext {
  return res.locals[key] as RequestContext;
}
