import type { ChatRequest } from "@massgen/core/model";
import type { JsonObject } from "@massgen/provider-kit/wire";
import type { Scope } from "./circumstance.ts";
import type { Refusal } from "./refusal.ts";

/**
 * A change to requests, after which a service that refused them may accept them. Leaves requests alone that it does not
 * concern.
 */
export interface Remedy {
  /** Remedies of one name do the same: `without seed`. */
  readonly name: string;
  /** Changes what is asked, before the body is written. */
  readonly request?: (request: ChatRequest) => ChatRequest;
  /** Changes the body, but for what the configuration puts into it as written (`extra_body`). */
  readonly body?: (own: JsonObject) => JsonObject;
  /** True: switches thinking off, and leaves earlier thinking out of the conversation. */
  readonly withoutThinking?: true;
  /** True: it sends a number. A second number in the same call depends on that call, and is not remembered. */
  readonly figure?: true;
  /** True: it fits this request only, and is not remembered. */
  readonly once?: true;
}

/** What was sent: the request and its body with the remedies in use, without what the configuration adds. */
export interface Asked {
  readonly request: ChatRequest;
  readonly own: JsonObject;
}

/** A kind of refusal, and what it teaches. */
export interface Lesson extends Scope {
  /** True: services report it as a failure of their own (HTTP 500) as well: chat templates raise errors. */
  readonly fails?: true;
  /**
   * Of a field: whether the request has it, so that a service which takes the request takes the field in such requests.
   */
  readonly sent?: (asked: Asked) => boolean;
  /** Whether a refusal speaks of it at all. If so, nothing is guessed. */
  readonly names: (refusal: Refusal, asked: Asked) => boolean;
  /** The remedy that a refusal asks for in words; undefined when it is about something else, or was not sent. */
  readonly read: (refusal: Refusal, asked: Asked) => Remedy | undefined;
  /** The remedy to try when a refusal names nothing known. */
  readonly guess?: (asked: Asked) => Remedy | undefined;
}

/** A request as a wire writes it. */
export interface Draft {
  /** What remedies may change. */
  readonly own: JsonObject;
  /**
   * The whole body, with what the configuration adds to the own part, and the sampling parameters that are left out.
   */
  readonly finish: (own: JsonObject) => WrittenBody;
}

/** A request body, and the sampling parameters that it leaves out or changes, by their names in `Sampling`. */
export interface WrittenBody {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
}

/** The names of the sampling parameters whose field a remedy took away or changed. */
export function changedSampling(
  fields: Readonly<Record<string, string>>,
  isChanged: (field: string) => boolean,
): readonly string[] {
  return Object.entries(fields).flatMap(([name, field]) => (isChanged(field) ? [name] : []));
}
