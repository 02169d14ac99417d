import type { Usage } from "@massgen/core/model";

/** What the service under the model has to answer, independent of any wire. */
export interface ScriptedAnswer {
  /** Pieces of the visible text, each in an event of its own. */
  readonly text?: readonly string[];
  /** Pieces of the reasoning, each in an event of its own, before the text. */
  readonly reasoning?: readonly string[];
  /**
   * Calls after the text. `arguments` is a JSON text, or empty for a call without any. A service that sends arguments
   * piece by piece should do so here; one that sends them as an object sends `{}` for empty ones.
   */
  readonly toolCalls?: readonly ScriptedToolCall[];
  /**
   * Reported with the end, or where there is no `finish`, with whatever comes last. Figures that the service has no
   * field for are left out.
   */
  readonly usage?: Usage;
  /** Reported by an earlier event, where the service reports more than once. `usage` is cumulative and includes it. */
  readonly usageSoFar?: Usage;
  /** Without it the answer breaks off before its terminal marker. */
  readonly finish?: "stop" | "length" | "tool-calls" | "content-filter";
  /**
   * The service's word for the reason, used as it is instead of its word for `finish`. A dialect without such words
   * leaves it out.
   */
  readonly finishWord?: string;
  /**
   * Where the finish reason stands, on a wire whose terminal marker is something else: with every event, or nowhere.
   * Absent: once, before the marker. A dialect without such answers ignores it.
   */
  readonly reasonStands?: "everywhere" | "nowhere";
  /** The service's id of the answer. A dialect without a field for it leaves it out. */
  readonly responseId?: string;
  /** The model that the service says has answered. A dialect without a field for it leaves it out. */
  readonly servedModel?: string;
  /**
   * What the service wants back with the first call, in a field beside it. A dialect without such a field leaves it
   * out.
   */
  readonly signature?: string;
}

/** A tool call as the service sends it. */
export interface ScriptedToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A server-sent event. */
export interface WireEvent {
  /** The `event:` field, for services that set one. */
  readonly event?: string;
  /** The `data:` field: one line. */
  readonly data: string;
}

/** How the service under a model speaks. The kit frames the events, breaks them, and sends them. */
export interface Dialect {
  /** The events of an answer, in order, the terminal marker included if the answer has a `finish`. */
  readonly answer: (answer: ScriptedAnswer) => readonly WireEvent[];
  /** An event inside a 200 stream by which the service says that it is overloaded, with `message` as its words. */
  readonly failure: (message: string) => WireEvent;
  /**
   * The JSON body of an HTTP error. `word` is the service's name for the kind of failure; a dialect without such words
   * leaves it out.
   */
  readonly refusal: (status: number, message: string, word?: string) => unknown;
  /** The same answer as one JSON document, which some servers send instead of the stream they were asked for. */
  readonly document?: (answer: ScriptedAnswer) => unknown;
}
