import type { ChatModel } from "./model/chat-model.ts";
import type { ChatRequest } from "./model/chat-request.ts";
import type { ModelEvent } from "./model/model-event.ts";

/** What an account at a provider may be asked for, by all its callers together. What is absent is not limited. */
export interface AccountLimits {
  /** Calls at the same time; a call counts until its answer has ended. */
  readonly maxConcurrency?: number;
  /** Calls sent within any 60 seconds. */
  readonly requestsPerMinute?: number;
  /** Tokens of the calls sent within any 60 seconds: estimated when a call is sent, as reported once it has ended. */
  readonly tokensPerMinute?: number;
}

/** Why a call waits for its turn before it is sent. */
export interface QueueWait {
  /** Its turn does not come for at least this many milliseconds; 0 where that is not known. */
  readonly leastMs: number;
  /** What it waits for: `max_concurrency 2`. */
  readonly reason: string;
}

/** A call that asks for its turn. */
export interface CallToSend {
  readonly model: string;
  /** Tokens that it is expected to use. They count until the call ends and says what it used. */
  readonly tokens: number;
  /** Gives up waiting: `acquire` rejects with its reason, at once. */
  readonly signal: AbortSignal;
  /** Called when the call has to wait, and again when it turns out to wait longer. */
  readonly onQueued: (wait: QueueWait) => void;
}

/** Permission to send one call now. Ends by `end` or by `cancel`; what is called after that has no effect. */
export interface Turn {
  /** Whether another call waits because this one takes up part of `maxConcurrency`. */
  readonly isWanted: () => boolean;
  /** The call has ended. `tokens` is what it used; where that is not known, what was expected stays counted. */
  readonly end: (tokens?: number) => void;
  /** The call was not sent after all: it counts for nothing. */
  readonly cancel: () => void;
}

/**
 * Decides when calls may be sent: the port behind the limits of a registry. `createLimiter` of `@massgen/providers`
 * keeps limits for one process; another implementation may keep them for all processes that share an account.
 *
 * An account is an opaque text. Calls of one account get their turn in the order in which they asked, except that calls
 * of a paused model let others pass.
 */
export interface Limiter {
  /** Sets the limits of an account, in place of those set before. Calls that wait are judged by the new ones. */
  readonly limit: (account: string, limits: AccountLimits) => void;
  /** Waits for a turn. The call takes its place in the queue before this returns. */
  readonly acquire: (account: string, call: CallToSend) => Promise<Turn>;
  /** Sends a model of the account nothing for a while, because its provider asked for that. At most a minute. */
  readonly pause: (account: string, model: string, ms: number) => void;
}

/** What the host wants to know of one call that a limiter may hold back. */
export interface TurnHooks {
  /** The call waits for its turn, or for longer than was said before. */
  readonly onQueued?: (wait: QueueWait) => void;
  /** The turn of a call that waited has come; it is sent now. Not called for a call that did not have to wait. */
  readonly onSent?: () => void;
}

/** A model whose calls a limiter may hold back, such as every model of a registry. Providers make plain models. */
export interface LimitedModel extends ChatModel {
  /** `stream` that also says when the call waits and when it is sent. */
  readonly streamInTurn: (request: ChatRequest, hooks: TurnHooks) => AsyncIterable<ModelEvent>;
}

/** The stream of a model with these hooks, where the model has a use for them. */
export function withTurnHooks(model: ChatModel | LimitedModel, hooks: TurnHooks): Pick<ChatModel, "stream"> {
  return "streamInTurn" in model ? { stream: (request) => model.streamInTurn(request, hooks) } : model;
}
