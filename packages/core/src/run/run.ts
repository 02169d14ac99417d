import type { Agent } from "../agent.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { MassgenError } from "../errors.ts";
import type { RunRequest } from "../run-request.ts";
import { type AnsweredResult, Driver } from "./driver.ts";
import type { Ports } from "./ports.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * A run under way. Iterate it once for everything that happens: the last event is `run-finished`, whatever the end. No failure of
 * the run is thrown at the reader; leaving the loop early cancels it. To get the answer alone, await `answer()`
 * instead. Looking at a run (copying, printing it) has no effect on it.
 */
export interface Run extends AsyncIterable<RunEvent> {
  readonly id: string;
  /**
   * The answer. Rejects with a MassgenError when the run failed or was cancelled. To have the events as well, begin to
   * iterate before the first text comes: without a reader, text is dropped.
   */
  readonly answer: () => Promise<AnsweredResult>;
}

/** Starts a run. Calls go out at once. */
export function startRun(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  ports: Ports,
): Run {
  const driver = new Driver(agents, settings, request, ports);
  driver.start();
  let iterated = false;
  return {
    id: driver.id,
    answer() {
      if (!iterated) driver.outbox.unattended();
      return driver.finished;
    },
    [Symbol.asyncIterator]() {
      if (iterated) throw new MassgenError("invalid-request", "a run can be iterated only once");
      if (driver.outbox.discarding) {
        throw new MassgenError(
          "invalid-request",
          "the run is past its first text: iterate it before awaiting its answer",
        );
      }
      iterated = true;
      return eventsOf(driver);
    },
  };
}

/**
 * Several `next()` at once are answered in order, as async iterators promise. By hand, because a generator would let
 * `return()` wait behind a pending `next()`; here it settles all that are pending.
 */
function eventsOf({ outbox, cancel }: Driver): AsyncIterableIterator<RunEvent, undefined, undefined> {
  let complete = false;
  const leave = (): void => {
    if (complete) return;
    complete = true;
    outbox.discard();
    cancel();
  };
  return {
    async next() {
      const event = await outbox.take();
      if (!event) return { done: true, value: undefined };
      complete ||= event.type === "run-finished";
      return { done: false, value: event };
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
