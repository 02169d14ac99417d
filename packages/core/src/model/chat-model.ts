import type { ChatRequest } from "./chat-request.ts";
import type { ModelEvent } from "./model-event.ts";

/** The version of the contract in this folder. */
export const contractVersion = 1 as const;

/** What a model supports, as far as is known. */
export interface ModelCapabilities {
  /** Whether it sees image parts in user messages; absent means yes. */
  readonly images?: boolean;
  /** Its context window, prompt and reply together; absent if unknown. */
  readonly contextTokens?: number;
  /** Tokens that it may think before it answers, if they count as output; 0 for none, absent if unknown. */
  readonly thinkingTokens?: number;
  /** Whether it runs on the user's own machine; absent means no. */
  readonly local?: boolean;
}

/**
 * A language model that answers a conversation as a stream of events.
 *
 * Every implementation keeps these promises:
 *
 * 1. Nothing is sent before the first `next()`; a signal that is already aborted sends nothing. Of the request's
 *    `extras` only the part of the provider's own type is sent.
 * 2. The last event is one `finish`, or the iterable throws one MassgenError; never both, never neither. What the
 *    provider says of the answer in its own words stands in `raw`, cut.
 * 3. Abort closes the upstream connection at once and throws code `aborted`; leaving the loop early closes it as well.
 * 4. A stream that ends without its terminal marker is `truncated`; an empty 200 or a body of the wrong type is
 *    `invalid-response`. Neither is ever a short success.
 * 5. An error inside a 200 stream is thrown with its mapped code; text that came before it stays delivered.
 * 6. Errors carry a code of the shared union, `retryAfterMs`, `contextTokens` and `promptTokens` where the provider
 *    said them, and the `cause`. Upstream text appears only redacted (every configured secret in any spelling, and
 *    whatever looks like a key), then cut at 300 characters.
 * 7. Usage is what the provider reported: cumulative, once, in `finish`. What is unknown is absent, never 0. A thrown
 *    error carries `usage` if any was reported.
 * 8. Tool calls arrive whole: id, name, arguments as a JSON text. What the provider needs back (signatures) travels
 *    beside them in `opaque`.
 * 9. The consumer's pace is the provider's pace: no unbounded buffer.
 * 10. First-token, idle and total limits come with the request and are enforced here, each as a `timeout` by its name.
 */
export interface ChatModel {
  /** The version of the contract that the model keeps. */
  readonly contract: typeof contractVersion;
  /** The model's name as the provider knows it. */
  readonly model: string;
  readonly capabilities?: ModelCapabilities;
  /** Calls the model. The iterable is for one consumer and one pass. */
  readonly stream: (request: ChatRequest) => AsyncIterable<ModelEvent>;
}
