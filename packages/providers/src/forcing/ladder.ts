import type { ChatRequest } from "@massgen/core/model";
import { createForcedAnswer, type ForcedAnswer } from "./forced-answer.ts";
import { rungAfter } from "./rejection.ts";
import { requestAt } from "./request-at.ts";
import { rungs, wantsCall, type Rung } from "./rung.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";

/** What is known of the ways to force a tool call from one model; shared by all its calls, and grows. */
export interface Ladder {
  /** Begins a call. Undefined for a request that forces nothing. */
  readonly begin: (request: ChatRequest) => Descent | undefined;
}

/** One call's way down the ladder. */
export interface Descent {
  readonly rung: () => Rung;
  /** The request as it has to be put on the present rung. */
  readonly request: () => ChatRequest;
  /** Goes down after a request was rejected, if that is about the rung. Each time it says true it is lower than before. */
  readonly rejected: (failure: UpstreamFailure) => boolean;
  /** Notes that the service threw away what the model wrote, since no call could be read from it (Groq). */
  readonly missed: () => void;
  /** What becomes of the answer on the present rung. */
  readonly answer: (firstCallNumber: number) => ForcedAnswer;
}

/** Replies in a row that came to nothing before a rung counts as useless, where that may be a whim of the model. */
const patience = 2;

/**
 * Makes the ladder of a model.
 *
 * Rungs that were rejected, or whose force had no effect, are left out from then on. A repetition (`retryOf`) starts one open rung below
 * the last ordinary call for its first attempt, two for its second; the lowest rung is always open.
 *
 * @param offered the rungs that the vendor has; `text` is added
 */
export function createLadder(offered: readonly Rung[]): Ladder {
  const steps = rungs.filter((rung) => rung === "text" || offered.includes(rung));
  const bottom = steps.length - 1;
  const closed = new Set<number>();
  const misses = new Map<number, number>();
  let lastOrdinary = 0;

  function openFrom(step: number): number {
    let open = step;
    while (open < bottom && closed.has(open)) open += 1;
    return Math.min(open, bottom);
  }

  function startOf({ retryOf }: ChatRequest): number {
    let step = openFrom(retryOf === undefined ? 0 : lastOrdinary);
    // What the last call used may have been closed by its very reply: then this already is a step down.
    let down = (retryOf?.attempt ?? 0) - (retryOf !== undefined && step > lastOrdinary ? 1 : 0);
    for (; down > 0; down -= 1) step = openFrom(step + 1);
    return step;
  }

  function close(from: number, to: number): void {
    for (let step = from; step < Math.min(to, bottom); step += 1) closed.add(step);
  }

  function noteReply(step: number, called: boolean): void {
    switch (steps[step]) {
      case "forced":
      case "without-thinking":
        // A service that takes no notice of the choice will not do so for want of thinking either.
        if (called) misses.delete(step);
        else close(step, firstAtOrBelow("instructed"));
        return;
      case "instructed":
        if (called) misses.delete(step);
        else noteMiss(step);
        return;
      case "schema":
        if (!called) close(step, step + 1);
        return;
      case "text":
      case undefined:
    }
  }

  function noteMiss(step: number): void {
    const count = (misses.get(step) ?? 0) + 1;
    misses.set(step, count);
    if (count >= patience) close(step, Math.max(firstAtOrBelow("instructed"), step + 1));
  }

  function firstAtOrBelow(rung: Rung): number {
    return steps.findIndex((step) => rungs.indexOf(step) >= rungs.indexOf(rung));
  }

  return {
    begin(request) {
      if (!wantsCall(request)) return undefined;
      let step = startOf(request);
      const rung = (): Rung => steps[step] ?? "text";
      const note = (): void => {
        if (request.retryOf === undefined) lastOrdinary = step;
      };
      note();
      return {
        rung,
        request: () => requestAt(rung(), request),
        rejected(failure) {
          const lower = rungAfter(failure, rung());
          if (lower === undefined || step === bottom) return false;
          const to = Math.max(firstAtOrBelow(lower), step + 1);
          close(step, to);
          step = openFrom(to);
          note();
          return true;
        },
        missed: () => noteMiss(step),
        answer: (firstCallNumber) =>
          createForcedAnswer(rung(), request, firstCallNumber, (called) => noteReply(step, called)),
      };
    },
  };
}
