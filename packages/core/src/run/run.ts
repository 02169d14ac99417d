import type { Agent } from "../agent.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { MassgenError } from "../errors.ts";
import type { RunRequest } from "../run-request.ts";
import type { AnswerNowEffect } from "../coordination/answer-now.ts";
import type { Fact } from "../coordination/event.ts";
import type { Setup } from "../coordination/state.ts";
import { newSetup } from "./new-setup.ts";
import { type AnsweredResult, Driver } from "./driver.ts";
import type { LogReader } from "./log-reader.ts";
import type { Ports } from "./ports.ts";
import type { RunEvent } from "./run-event.ts";

export interface EventsOptions {
  /**
   * The `seq` of the first event to read. Default 0: everything from the start of the run. Beyond the last event: only
   * new ones.
   */
  readonly from?: number;
  /** Whether to include `draft-delta` events, with each draft's text as it is written. */
  readonly drafts?: boolean;
  /** `false` ends the loop at the last event so far, instead of waiting for more. Default true. */
  readonly follow?: boolean;
  /**
   * `false` yields each piece of text as the model sent it, however late the reader: all such readers see the same
   * events. By default a late reader gets what it missed in one piece.
   */
  readonly joined?: boolean;
  /** Ends this loop, not the run. */
  readonly signal?: AbortSignal;
}

/** All that a replay of a run needs: see `@massgen/core/replay`. Plain JSON. */
export interface RunRecord {
  readonly setup: Setup;
  readonly log: readonly Fact[];
}

/**
 * A run in progress. Iterate it once to get everything that happens. This loop sets the pace, since the model that
 * writes the answer is read only as fast as the loop takes its text. Leaving the loop early cancels the run. The last
 * event is always `run-finished`; a failed run throws nothing at its readers. With `traces: "live"` the loop gets
 * `draft-delta` events as well. If you need only the answer, await `answer()` instead. Copying or printing a run has no
 * effect on it.
 */
export interface Run extends AsyncIterable<RunEvent> {
  readonly id: string;
  /**
   * The events for a further reader, who may come late and never slows the run: text that it has not taken yet comes in
   * one piece. There may be any number of these readers, and leaving one of their loops does not affect the run.
   */
  readonly events: (options?: EventsOptions) => AsyncIterableIterator<RunEvent, undefined, undefined>;
  /** The answer. Rejects with a MassgenError when the run failed or was cancelled. */
  readonly answer: () => Promise<AnsweredResult>;
  /** Ends the run and every call of it. Does nothing once it has ended. */
  readonly cancel: () => void;
  /**
   * Ends the deliberation: the drafts and votes in hand decide, or the first draft that comes. Resolves with what that
   * did; asked a second time, it leaves out the writing of a final answer as well.
   */
  readonly answerNow: () => Promise<AnswerNowEffect>;
  /** What the run was begun with, and what has happened so far. */
  readonly record: () => RunRecord;
}

/** Starts a run. Calls go out at once. */
export function startRun(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  ports: Ports,
): Run {
  const driver = new Driver(newSetup(agents, settings, request, ports), agents, request, ports);
  driver.start();
  return runOf(driver);
}

/** A driver as its run. */
export function runOf(driver: Driver): Run {
  const { setup, log, cancel } = driver;
  let iterated = false;
  return {
    id: setup.runId,
    cancel,
    answerNow: () => driver.answerNow(),
    record: () => ({ setup, log: [...driver.facts] }),
    answer() {
      log.unpaced();
      return driver.finished;
    },
    events({ signal, ...options } = {}) {
      const { from = 0 } = options;
      if (!(from >= 0)) throw new MassgenError("invalid-request", "`from` must be 0 or more", { param: "from" });
      log.unpaced();
      const reader = log.read(options);
      const leave = (): void => {
        signal?.removeEventListener("abort", leave);
        reader.leave();
      };
      if (signal?.aborted) leave();
      else signal?.addEventListener("abort", leave);
      return iterate(reader, leave);
    },
    [Symbol.asyncIterator]() {
      if (iterated) {
        const message = "a run can be iterated only once, by the reader that sets its pace; use `events()` for others";
        throw new MassgenError("invalid-request", message);
      }
      iterated = true;
      const reader = log.read({ pace: true, drafts: setup.settings.traces === "live" });
      return iterate(reader, () => {
        reader.leave();
        cancel();
      });
    },
  };
}

/**
 * Concurrent `next()` calls are answered in order, as async iterators promise. Written by hand because a generator's
 * `return()` would wait for a pending `next()`; here it settles all of them.
 */
function iterate(reader: LogReader, leave: () => void): AsyncIterableIterator<RunEvent, undefined, undefined> {
  return {
    async next() {
      const event = await reader.take();
      if (event) return { done: false, value: event };
      leave();
      return { done: true, value: undefined };
    },
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    async throw(error: unknown) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
