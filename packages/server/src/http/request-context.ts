import type { Receipt } from "@massgen/core";
import type { Response } from "express";
import type { Whose } from "../runs/whose.ts";
import type { Wire } from "../wires/wire.ts";
import type { LogEntry, LogError } from "./log-entry.ts";

/** What is known about a request while it is served. Routes add fields for the log entry. */
export interface RequestContext {
  readonly requestId: string;
  /** In milliseconds of `Clock.now`, like all times here. */
  readonly arrivedAt: number;
  /** The wire whose format problems use. */
  readonly wire: Wire;
  /** Whose request it is, where the server has keys: those of the key's name, or a digest of the key. */
  owner?: string;
  /** The name of the key that it came with. */
  key?: string;
  /** The teams that its key may use, its default first; absent for all. */
  teams?: readonly string[];
  /** The dollars that runs of that name may cost in a day. */
  maxUsdPerDay?: number;
  /** Whose runs its key lets it look after; absent on routes that show none. */
  sees?: Whose;
  /** The name of the team that it asked. */
  team?: string;
  firstByteAt?: number;
  firstContentAt?: number;
  /** Set once a run was started and may spend tokens. */
  runId?: string;
  /** Resolves when that run has ended, which may be shortly after its client has left. Only then is there a receipt. */
  runEnded?: Promise<void>;
  /** Set when the run continues without its client. */
  detached?: true;
  model?: string;
  streamed?: boolean;
  outcome?: LogEntry["outcome"];
  receipt?: Receipt;
  error?: LogError;
}

/** A single name on an object shared with the host application. */
const key = "massgen";

export function setContext(res: Response, context: RequestContext): void {
  res.locals[key] = context;
}

export function contextOf(res: Response): RequestContext {
  return res.locals[key] as RequestContext;
}
