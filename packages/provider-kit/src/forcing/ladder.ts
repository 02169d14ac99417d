import type { ChatRequest } from "@massgen/core/model";
import { createForcedAnswer, type HalfCall, type Outcome, type ShapedAnswer } from "./forced-answer.ts";
import { reachOf, rungAfter } from "./rejection.ts";
import { requestAt } from "./request-at.ts";
import { rungs, wantsCall, type Rung } from "./rung.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";

/** What is known of the ways to force a tool call from one model. All its calls share it, and it grows. */
export interface Ladder {
  /** Begins a call. Undefined for a request that forces nothing. */
  readonly begin: (request: ChatRequest) => Descent | undefined;
}

/** One call's way down the ladder. */
export interface Descent {
  readonly rung: () => Rung;
  /** The request in the form of the present rung. */
  readonly request: () => ChatRequest;
  /**
   * Goes down after a rejection, if that is about the rung. Returns whether it went down. The rung is skipped from then
   * on, in requests like this one.
   */
  readonly rejected: (failure: UpstreamFailure) => boolean;
  /** Goes down one rung on trial, after a rejection for an unknown reason. False on the lowest rung. */
  readonly tryLower: () => boolean;
  /**
   * Ends the trial, if there is one. If it helped, the rungs above are skipped from now on; otherwise the call returns
   * to its rung.
   */
  readonly endTrial: (helped: boolean) => void;
  /** Notes that the service discarded what the model wrote, since it could read no call from it (Groq). */
  readonly missed: () => void;
  /**
   * Shapes the answer on the present rung.
   *
   * @param half returns the calls that were cut off, once the answer has ended
   */
  readonly answer: (firstCallNumber: number, half?: () => readonly HalfCall[]) => ShapedAnswer;
}

/** How many unusable replies in a row make a rung useless, where chance may be the reason. */
const patience = 2;

/** The most request parts that rejections are kept for. Clients choose the names of tools. */
const mostParts = 100;

/** The parts of a request that a rejection may be about, other than the rung. */
function partsOf({ tools = [], messages }: ChatRequest): readonly string[] {
  const named = `tools ${tools.map(({ name }) => name.slice(0, 100)).join(" ")}`.slice(0, 1000);
  return messages.some(({ role }) => role === "tool") ? [named, "turns"] : [named];
}

/**
 * Makes the ladder of a model.
 *
 * Rungs that were rejected as such, or that had no effect, are skipped from then on. So are rungs on which
 * {@link patience} replies in a row were unusable; a repetition counts for the rung of the original question too, if
 * that was another one. If even the lowest rung fails, all rungs that were not rejected are open again.
 *
 * A repetition (`retryOf`) starts one open rung below the last ordinary call. It starts below all tools where that call
 * did something useless with them, and on the same rung where the reply was well-formed. The lowest rung is always
 * open.
 *
 * @param offered the rungs that the vendor has; `text` is added
 */
export function createLadder(offered: readonly Rung[]): Ladder {
  const steps = rungs.filter((rung) => rung === "text" || offered.includes(rung));
  const bottom = steps.length - 1;
  const rejected = new Set<number>();
  /** In requests with these tools, or with tool turns. */
  const rejectedIn = new Map<string, Set<number>>();
  const useless = new Set<number>();
  const misses = new Map<number, number>();
  /** Steps whose last reply was a malformed call. */
  const malformed = new Set<number>();
  let lastOrdinary = 0;

  function openFrom(step: number, request: ChatRequest): number {
    const inParts = rejectedIn.size === 0 ? [] : partsOf(request).flatMap((part) => rejectedIn.get(part) ?? []);
    const closed = [rejected, useless, ...inParts];
    const isClosed = (at: number): boolean => closed.some((set) => set.has(at));
    let open = step;
    while (open < bottom && isClosed(open)) open += 1;
    return Math.min(open, bottom);
  }

  function startOf(request: ChatRequest): number {
    const { retryOf } = request;
    let step = openFrom(retryOf === undefined ? 0 : lastOrdinary, request);
    if (retryOf?.wellFormed) return step;
    // The reply may have closed the rung that its call used: then this is a step down already.
    if (retryOf === undefined || step > lastOrdinary) return step;
    return openFrom(malformed.has(step) ? below(step, "schema") : step + 1, request);
  }

  function close(set: Set<number>, from: number, to: number): void {
    for (let step = from; step < Math.min(to, bottom); step += 1) set.add(step);
  }

  function noteReply(step: number, outcome: Outcome, repeats: boolean): void {
    if (outcome === "malformed") malformed.add(step);
    else malformed.delete(step);
    if (repeats && lastOrdinary < step) noteRepetition(outcome);
    if (outcome === "usable") {
      misses.delete(step);
      return;
    }
    const rung = steps[step];
    if (outcome === "none" && (rung === "forced" || rung === "without-thinking")) {
      // A service that ignores the tool choice will also ignore it without thinking.
      close(useless, step, below(step, "instructed"));
      return;
    }
    noteMiss(step, outcome === "malformed" ? "schema" : "instructed");
  }

  /**
   * A question that needed two rungs counts as a second miss of the first. It does not if the first reply was plain
   * text and the other rung got the call.
   */
  function noteRepetition(outcome: Outcome): void {
    if (malformed.has(lastOrdinary)) noteMiss(lastOrdinary, "schema");
    else if (outcome !== "usable") noteMiss(lastOrdinary, "instructed");
  }

  /** @param to the next rung to try, if the patience is over */
  function noteMiss(step: number, to: Rung): void {
    const count = (misses.get(step) ?? 0) + 1;
    misses.set(step, count);
    if (count < patience) return;
    if (step < bottom) {
      close(useless, step, below(step, to));
      return;
    }
    useless.clear();
    misses.clear();
  }

  /** The first step below this one that is no higher than the rung. */
  function below(step: number, rung: Rung): number {
    return Math.max(firstAtOrBelow(rung), step + 1);
  }

  function firstAtOrBelow(rung: Rung): number {
    return steps.findIndex((step) => rungs.indexOf(step) >= rungs.indexOf(rung));
  }

  return {
    begin(request) {
      if (!wantsCall(request)) return undefined;
      let step = startOf(request);
      /** Where a trial began. */
      let before: number | undefined;
      const rung = (): Rung => steps[step] ?? "text";
      const rejections = (reach: string): Set<number> => {
        const part = partsOf(request).find((one) => one.startsWith(reach));
        if (part === undefined) return rejected;
        const known = rejectedIn.get(part) ?? new Set();
        if (rejectedIn.size < mostParts) rejectedIn.set(part, known);
        return known;
      };
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
          const to = below(step, lower);
          close(rejections(reachOf(failure)), step, to);
          step = openFrom(to, request);
          note();
          return true;
        },
        tryLower() {
          if (step === bottom) return false;
          before ??= step;
          step = openFrom(step + 1, request);
          return true;
        },
        endTrial(helped) {
          if (before === undefined) return;
          if (helped) close(rejected, before, step);
          else step = before;
          before = undefined;
          note();
        },
        missed: () => noteMiss(step, "instructed"),
        answer: (firstCallNumber, half) => {
          const repeats = request.retryOf !== undefined;
          return createForcedAnswer(rung(), request, firstCallNumber, (got) => noteReply(step, got, repeats), half);
        },
      };
    },
  };
}
