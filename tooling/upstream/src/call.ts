import type { IncomingHttpHeaders } from "node:http";
import type { ShownAnswer } from "@massgen/core/testing";
import type { ReplyUsage } from "./answer.ts";
import type { CachedPrompt } from "./cache/cached-prompt.ts";
import type { WireName } from "./wire/wires.ts";

/** What the team wants from the model, read off the shape of the request. */
export type CallPhase = "draft" | "ballot" | "presentation";

/**
 * `finished`: the reply went out as scripted, errors and cut streams included. `aborted-by-client`: the client closed
 * the connection first. `failed`: the script threw, or the upstream was closed meanwhile.
 */
export type CallState = "open" | "finished" | "aborted-by-client" | "failed";

/** A message in no vendor's words; parts that are not text are left out. */
export interface UpstreamMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
}

/** What a request says, read off its address and body. */
export interface CallContent {
  readonly wire: WireName;
  /** The first folder of the address, by which agents on one model can be told apart; empty if there is none. */
  readonly place: string;
  readonly model: string;
  readonly phase: CallPhase;
  /** In order, the system message first. */
  readonly messages: readonly UpstreamMessage[];
  /** Names of the tools offered: a ballot without is to be written as text. */
  readonly tools: readonly string[];
  /** The candidates in the order shown; empty for a draft. */
  readonly answers: readonly ShownAnswer[];
  /** The candidates' labels in the order shown. */
  readonly labels: readonly string[];
  /** Whether the answer is to be an event stream. */
  readonly stream: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A call of the upstream, and how it is going. */
export interface UpstreamCall extends CallContent {
  /** 1 for the first call. */
  readonly n: number;
  /** 1 for the first call of this model, place and phase. */
  readonly attempt: number;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
  readonly state: CallState;
  /** Resolves when the client closed the connection before the reply was complete. */
  readonly closed: Promise<void>;
  /** Bytes handed to the connection so far; stands still while the client does not read. */
  readonly bytesWritten: number;
  /** When the request had arrived, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** When `state` left `open`, on the same clock. */
  readonly endedAt: number | undefined;
  /** What the answer has reported so far. */
  readonly usage: ReplyUsage | undefined;
  /** What a prompt cache has of it, where the upstream keeps one. */
  readonly cached: CachedPrompt | undefined;
}
