import type { CoordinationSettings, RunEvent, RunRequest, RunResult } from "@massgen/core";
import type { Problem } from "../problem.ts";
import type { ModelInfo } from "../runs/engine.ts";

/**
 * One API format: reads requests and writes answers. Pure: knows no socket and no Express. `Own` is the wire's own data
 * from a request, which it gets back to write the answer.
 *
 * These are methods so that wires with different `Own` fit in one list: each only ever gets its own data back.
 */
export interface Wire<Own = unknown> {
  /** The path that it serves. Problems of requests at and below this path use its format. */
  readonly path: WirePath;
  /** A header that all its clients send, and no others. Requests with it to shared paths get this wire's format. */
  readonly header?: string;
  /** A header in which its clients look for the request's id, beside `x-request-id`. */
  readonly requestIdHeader?: string;
  /**
   * Reads a parsed body; `undefined` when there was none.
   * @param recall finds the client's earlier answers on this wire
   * @throws ProblemError `invalid-body` or `invalid-value`
   */
  parse(body: unknown, recall: Recall<Own>): Asked<Own>;
  /**
   * The body of an answer that is not streamed. `traces` has the trace text of each phase of the run; empty if none are
   * shown. Wires without this method have {@link AnswerFold.body}.
   */
  whole?(answer: Answer<Own>, result: Answered, traces: readonly string[]): object;
  /**
   * Begins a streamed answer.
   * @param after leaves out the events up to this number, which the client has; only on wires that number them
   */
  fold(answer: Answer<Own>, after?: number): AnswerFold;
  /** The body of an error response; `requestId` is that of its `x-request-id`. */
  problem(problem: Problem, requestId?: string): object;
  /** The body of `GET /v1/models`. */
  modelList(models: readonly ModelInfo[]): object;
  /** The body of `GET /v1/models/:id`. */
  model(model: ModelInfo): object;
  /** What a client should call instead of a path that is not served, in a sentence or two. */
  adviceFor(path: string): string;
  /** Sent after a silence, between any two frames. */
  readonly heartbeat: Frame;
  /** How answers are stored and fetched later, for wires that have that. */
  readonly keeps?: Keeping<Own>;
  /** The endpoint that counts the tokens of a request without running it, for wires that have one. */
  readonly count?: {
    readonly path: WirePath;
    body(tokens: number): object;
  };
}

/** How a wire stores answers. They are served at `<path>/:id`. */
export interface Keeping<Own> {
  /** How clients know what is stored. */
  readonly words: {
    readonly noun: string;
    /** The `object` of the answer to DELETE. */
    readonly deleted: string;
    /** The path of the list of what the client sent, and its usual order. */
    readonly input: "input_items" | "messages";
    readonly order: "asc" | "desc";
  };
  /** Whether answers are stored before they are finished, and can be cancelled; and those that fail. */
  readonly unfinished: boolean;
  /** Whether clients can list what they stored. */
  readonly listed: boolean;
  /** The id of the answer of a run. */
  idOf(runId: string): string;
  /** The run of an answer's id; undefined for what is no such id. */
  runIdOf(id: string): string | undefined;
  /** The ids of the earlier answers that a body refers to, of whatever shape it is. */
  named(body: unknown): readonly string[];
  /** What the wire keeps of a request, as plain JSON. */
  toJson(own: Own): object;
  /** The reverse of {@link toJson}. */
  fromJson(json: object): Own;
  /** Whether to store the answer, and whether to run in the background. */
  wanted(own: Own): { readonly store: boolean; readonly background: boolean };
  /** The run that a request continues. */
  continues(own: Own): string | undefined;
  /** The items that the client sent, oldest first. */
  input(own: Own): readonly object[];
  /** An estimate of the memory of the request, in characters, with that of all that it continues. */
  size(own: Own): number;
}

/** An earlier answer and what its wire kept of the request. */
export interface Kept<Own = unknown> {
  readonly own: Own;
  readonly result: Answered;
  /** Whether images of the request are no longer kept. */
  readonly imagesDropped: boolean;
}

/** Finds an earlier answer by its id. Undefined if it is unknown, unfinished, or belongs to another key. */
export type Recall<Own = unknown> = (id: string) => Kept<Own> | undefined;

export type WirePath = `/v1/${string}`;

/** A request as its wire read it. */
export interface Asked<Own = unknown> {
  readonly run: AskedRun;
  /** The client's `model`; absent when it sent none. */
  readonly model?: string;
  readonly stream: boolean;
  /** Lines for the traces on how the request was read: tools that are left out, for example. */
  readonly remarks?: readonly string[];
  /** The most of the traces that the client wants; absent for all that the configuration shows. */
  readonly traces?: CoordinationSettings["traces"];
  readonly own: Own;
}

/** The team's task: the whole request except what belongs to the connection. */
export type AskedRun = Pick<
  RunRequest,
  "messages" | "tools" | "toolChoice" | "parallelToolCalls" | "responseFormat" | "sampling" | "cacheKey"
>;

/** The constants of all messages about one run. */
export interface Answer<Own = unknown> {
  readonly own: Own;
  readonly runId: string;
  /** A new id, from which wires make their own. */
  readonly answerId: string;
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The client's `model`. */
  readonly model: string;
  /** The name of the team that answers; absent if it has none. */
  readonly team?: string;
  /** Whether wires with `reasoning_content` also send it as `reasoning`. */
  readonly reasoningAlias: boolean;
  /** Whether the text streams to viewers of whom some come late. */
  readonly live?: boolean;
  /** Whether the client wants the events of the run beside the text of a stream. */
  readonly events?: boolean;
  /** Whether the client wants to know of each call. */
  readonly callsDetail?: boolean;
  /** False for a run in the background that ends with this process. */
  readonly durable?: false;
}

export type Answered = Extract<RunResult, { status: "answered" }>;

/** One server-sent event or comment, as sent. */
export type Frame = string;

/** Writes one answer as frames: `start`, any number of `next`, then `finish` or `fail`, then `end`. */
export interface AnswerFold {
  /** Sent before anything is known. */
  readonly start: () => readonly Frame[];
  /** Handles any event but the last. `traces` is the trace text that it adds, often none. */
  readonly next: (event: RunEvent, traces: string) => readonly Frame[];
  /**
   * The run has succeeded.
   * @param last the event that says so, for wires that pass events on
   */
  readonly finish: (result: Answered, last?: RunEvent) => readonly Frame[];
  /** There will be no answer, or no more of it. */
  readonly fail: (problem: Problem) => readonly Frame[];
  /** The client cancelled the run. Only on wires that store answers. */
  readonly cancelled?: () => readonly Frame[];
  /** The body of the answer so far, with or without `start`. Only on wires that store answers. */
  readonly body?: () => object;
  /**
   * All so far in one event, with a number behind this one: for a client whose number comes from another version of
   * this code. Only on wires that store answers before they are finished.
   */
  readonly snapshot?: (after: number) => readonly Frame[];
  /** Closes the stream in any case. */
  readonly end: () => readonly Frame[];
}
