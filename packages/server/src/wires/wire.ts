import type { RunEvent, RunRequest, RunResult } from "@massgen/core";
import type { Problem } from "../problem.ts";

/**
 * One API format: reads requests and writes answers. Pure: knows no socket and no Express. `Own` is the wire's own data
 * from a request, which it gets back to write the answer.
 *
 * These are methods so that wires with different `Own` fit in one list: each only ever gets its own data back.
 */
export interface Wire<Own = unknown> {
  /** The path that it serves. Problems of requests at and below this path use its format. */
  readonly path: WirePath;
  /**
   * Reads a parsed body; `undefined` when there was none.
   * @throws ProblemError `invalid-body` or `invalid-value`
   */
  parse(body: unknown): Asked<Own>;
  /** The body of an answer that is not streamed. `traces` is their whole text, empty if none are shown. */
  whole(answer: Answer<Own>, result: Answered, traces: string): object;
  /** Begins a streamed answer. */
  fold(answer: Answer<Own>): AnswerFold;
  /** The body of an error response. */
  problem(problem: Problem): object;
  /** Sent after a silence, between any two frames. */
  readonly heartbeat: Frame;
}

export type WirePath = `/v1/${string}`;

/** A request as its wire read it. */
export interface Asked<Own = unknown> {
  readonly run: AskedRun;
  /** The client's `model`; absent when it sent none. */
  readonly model?: string;
  readonly stream: boolean;
  readonly own: Own;
}

/** The team's task: the whole request except what belongs to the connection. */
export type AskedRun = Pick<
  RunRequest,
  "messages" | "tools" | "toolChoice" | "parallelToolCalls" | "responseFormat" | "sampling"
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
  /** Whether wires with `reasoning_content` also send it as `reasoning`. */
  readonly reasoningAlias: boolean;
}

export type Answered = Extract<RunResult, { status: "answered" }>;

/** One server-sent event or comment, as sent. */
export type Frame = string;

/** Writes one answer as frames: `start`, any number of `next`, then `finish` or `fail`, then `end`. */
interface AnswerFold {
  /** Sent before anything is known. */
  readonly start: () => readonly Frame[];
  /** Handles any event but the last. `traces` is the trace text that it adds, often none. */
  readonly next: (event: RunEvent, traces: string) => readonly Frame[];
  /** The run has succeeded. */
  readonly finish: (result: Answered) => readonly Frame[];
  /** There will be no answer, or no more of it. */
  readonly fail: (problem: Problem) => readonly Frame[];
  /** Closes the stream in any case. */
  readonly end: () => readonly Frame[];
}
