import type { RunEvent, RunRequest, RunResult } from "@massgen/core";
import type { Problem } from "../problem.ts";
import type { ModelInfo } from "../runs/engine.ts";

/**
 * One way in: reads a request and writes what comes of it. Pure: knows no socket and no Express. `Own` is what the wire
 * reads for itself, and gets back to write the answer.
 *
 * These are methods so that one list can hold wires that differ in `Own`: each is only ever handed what it made.
 */
export interface Wire<Own = unknown> {
  /** Where it is served. Errors of requests at and below this path are in this wire's words. */
  readonly path: WirePath;
  /**
   * Reads a parsed body; `undefined` when there was none.
   * @throws ProblemError `invalid-body` or `invalid-value`
   */
  parse(body: unknown): Asked<Own>;
  /** The body of an answer that is not streamed. `traces` is their whole text, empty when none are shown. */
  whole(answer: Answer<Own>, result: Answered, traces: string): object;
  /** Begins an answer that is streamed. */
  fold(answer: Answer<Own>): AnswerFold;
  /** The body of an error response. */
  problem(problem: Problem): object;
  /** The body of `GET /v1/models`. */
  modelList(models: readonly ModelInfo[]): object;
  /** The body of `GET /v1/models/:id`. */
  model(model: ModelInfo): object;
  /** What a client should call instead of a path that is not served, in a sentence or two. */
  adviceFor(path: string): string;
  /** Goes out after a silence, at any time between two frames. */
  readonly heartbeat: Frame;
}

export type WirePath = `/v1/${string}`;

/** What a wire read of a request. */
export interface Asked<Own = unknown> {
  readonly run: AskedRun;
  /** As the client named it; absent when it named none. */
  readonly model?: string;
  readonly stream: boolean;
  readonly own: Own;
}

/** What the team is asked to do: all of a request but what belongs to the connection. */
export type AskedRun = Pick<
  RunRequest,
  "messages" | "tools" | "toolChoice" | "parallelToolCalls" | "responseFormat" | "sampling"
>;

/** What stays the same in everything that is said about one run. */
export interface Answer<Own = unknown> {
  readonly own: Own;
  readonly runId: string;
  /** A new id, of which wires make theirs. */
  readonly answerId: string;
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** As the client asked for it. */
  readonly model: string;
  /** Whether traces go out as `reasoning` as well, on wires where they are `reasoning_content`. */
  readonly reasoningAlias: boolean;
}

export type Answered = Extract<RunResult, { status: "answered" }>;

/** One server-sent event or comment, as it goes out. */
export type Frame = string;

/** Writes one answer as frames: `start`, any number of `next`, then `finish` or `fail`, then `end`. */
interface AnswerFold {
  /** Goes out before anything is known. */
  readonly start: () => readonly Frame[];
  /** Any event but the last. `traces` is what it adds to the text of the traces: often nothing. */
  readonly next: (event: RunEvent, traces: string) => readonly Frame[];
  /** The run has answered. */
  readonly finish: (result: Answered) => readonly Frame[];
  /** There will be no answer, or not all of it. */
  readonly fail: (problem: Problem) => readonly Frame[];
  /** Closes the stream, whatever came before. */
  readonly end: () => readonly Frame[];
}
