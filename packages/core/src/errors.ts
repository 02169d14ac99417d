import type { Usage } from "./model/model-event.ts";

/**
 * Every way a model call or a run can fail. Providers map their wire's errors to these codes (one table per wire);
 * the server maps these codes to HTTP (one table).
 */
export type ErrorCode =
  /** The provider asked us to slow down. */
  | "rate-limited"
  /** The account's quota, credit or spending limit is used up: waiting a moment does not help. */
  | "quota"
  /** The provider is up but cannot take the request now (503, 529, or its own word for it). */
  | "overloaded"
  /** The provider failed for a reason of its own (500, 502, ...). */
  | "upstream-failed"
  /** The key is missing, wrong or expired. */
  | "authentication"
  /** The key is fine, but may not do this. */
  | "permission"
  /** No such model, deployment or URL. */
  | "not-found"
  /** The provider refused the request as malformed. */
  | "invalid-request"
  /** The conversation is longer than the model takes. */
  | "context-length"
  /** The provider's safety filter refused. */
  | "content-filter"
  /** A limit of ours ran out; the message names which. */
  | "timeout"
  /** No connection, or it broke. */
  | "connection"
  /** The stream ended without its terminal marker. */
  | "truncated"
  /** A 200 that is not an answer: empty, HTML, unreadable, or a model reply nothing can be made of. */
  | "invalid-response"
  /** The caller's signal ended the call. */
  | "aborted"
  /** A setting is wrong or missing; nothing was sent. */
  | "configuration"
  /** The run's budget allows no (further) call. */
  | "budget-exhausted"
  /** What the client's key may spend in a day is spent. */
  | "spending-limit"
  /** Every agent of a run failed, for different reasons; the message names them. */
  | "agents-failed"
  /** A defect of ours. */
  | "internal";

/** What an error carries besides its code and message. */
export interface MassgenErrorOptions {
  /** How long to wait before the next try, in milliseconds, where the provider said so. */
  retryAfterMs?: number;
  /** What the failed call cost, as far as the provider reported it. */
  usage?: Usage;
  /** The request field the provider complained about. */
  param?: string;
  /** The HTTP status of the provider's answer. */
  status?: number;
  /** Of `context-length`: the tokens that the model takes, prompt and reply together, where the provider named them. */
  contextTokens?: number;
  /** Of `context-length`: the tokens that the provider counted in the prompt. */
  promptTokens?: number;
  cause?: unknown;
}

/** What {@link MassgenError.with} can change. */
export type MassgenErrorChanges = { [Part in keyof MassgenErrorOptions]?: MassgenErrorOptions[Part] | undefined } & {
  code?: ErrorCode;
  message?: string;
};

const marker = Symbol.for("massgen.error");

/**
 * The one error class of MassGen. Tell errors apart by `code`, and recognise them with {@link MassgenError.isInstance}:
 * `instanceof` fails when two copies of this package are loaded.
 *
 * `message` may be shown to a user: providers redact every secret before they put upstream text into it.
 */
export class MassgenError extends Error {
  override readonly name = "MassgenError";
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
  readonly usage?: Usage;
  readonly param?: string;
  readonly status?: number;
  readonly contextTokens?: number;
  readonly promptTokens?: number;

  constructor(code: ErrorCode, message: string, options: MassgenErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.usage !== undefined) this.usage = options.usage;
    if (options.param !== undefined) this.param = options.param;
    if (options.status !== undefined) this.status = options.status;
    if (options.contextTokens !== undefined) this.contextTokens = options.contextTokens;
    if (options.promptTokens !== undefined) this.promptTokens = options.promptTokens;
    Object.defineProperty(this, marker, { value: true });
  }

  /**
   * A copy with these parts changed: `error.with({ usage })`. An optional part that is given as `undefined` is left
   * out.
   */
  with({ code = this.code, message = this.message, ...changes }: MassgenErrorChanges): MassgenError {
    const { cause, retryAfterMs, usage, param, status, contextTokens, promptTokens } = this;
    const options = { cause, retryAfterMs, usage, param, status, contextTokens, promptTokens };
    // The compiler knows when an option is missing here.
    const all = options satisfies Record<keyof MassgenErrorOptions, unknown>;
    return new MassgenError(code, message, { ...all, ...changes });
  }

  /** Whether a thrown value is a MassgenError, from whichever copy of this package. */
  static isInstance(value: unknown): value is MassgenError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}
