import { MassgenError, type CallLimits, type Usage } from "@massgen/core/model";
import { settlingMs, tailMs, type Waiting } from "./waiting.ts";

const longestTimerMs = 2 ** 31 - 1;

/**
 * Watches over one call: the caller's signal, the three limits, and the connection upstream.
 *
 * Limits run only inside {@link CallGuard.wait}: while the consumer is busy with an event, nothing is awaited and the
 * clocks stand still.
 */
export interface CallGuard {
  /**
   * Ends the upstream request. Belongs to this call alone, so listeners on it cannot pile up on the caller's signal.
   */
  readonly signal: AbortSignal;
  /** How much later than they arrive pieces of the answer may be read, in milliseconds. */
  readonly gatherMs: number;
  /** Starts watching the caller's signal. @throws MassgenError `aborted` if it is aborted already. */
  readonly begin: () => void;
  /** A request goes out (again): the first-token limit starts from zero. */
  readonly requestSent: () => void;
  /** The answer comes in one piece, when it is written: until then only the limit of the whole call runs. */
  readonly expectWhole: () => void;
  /**
   * Awaits something upstream with the limits running, one thing at a time: of several the limits are those of the
   * last. Rejects with `timeout` or `aborted` as soon as either is due. What arrives moves no limit by itself: that is
   * for `worked` and `progressed`.
   * @param waiting default `answer`
   */
  readonly wait: <T>(work: Promise<T>, waiting?: Waiting) => Promise<T>;
  /**
   * A sign of work came: text, reasoning (encrypted too), a signature, a piece of arguments. From the first one on the
   * idle limit runs in place of the first-token limit, and begins anew with each. An event that a call yields is one by
   * itself.
   */
  readonly worked: () => void;
  /**
   * A documented sign of progress came: the pause may go on for another idle limit, up to the first-token limit in all.
   */
  readonly progressed: () => void;
  /** The answer came nearer to its end: the wait for that starts from zero. */
  readonly ending: () => void;
  /** @throws MassgenError if the call was aborted while the consumer was busy. */
  readonly check: () => void;
  /** Why the call was ended from here, if it was. */
  readonly failure: () => MassgenError | undefined;
  /** Keeps what the provider reported last, for errors to carry. */
  readonly noteUsage: (usage: Usage) => void;
  readonly usage: () => Usage | undefined;
  /** The answer is whole: `end` leaves the connection alone. */
  readonly complete: () => void;
  /** Stops watching, and closes the connection unless the answer is whole. */
  readonly end: () => void;
  /** Closes the connection without giving a reason. */
  readonly disconnect: () => void;
}

/** Something upstream that is awaited. */
interface Wait {
  readonly waiting: Waiting;
  readonly startedAt: number;
  readonly dueAt: number;
  readonly reject: (cause: unknown) => void;
  ended: boolean;
}

/**
 * Makes the guard of one call.
 *
 * @param label who is called, as messages begin: `openai gpt-4o`
 * @param gatherMs the request's own
 */
export function createCallGuard(
  label: string,
  limits: CallLimits = {},
  callerSignal?: AbortSignal,
  gatherMs = 0,
): CallGuard {
  const { firstTokenMs = Infinity, idleMs = Infinity, totalMs = Infinity } = limits;
  const controller = new AbortController();
  let failure: MassgenError | undefined;
  let usage: Usage | undefined;
  let completed = false;
  let inOnePiece = false;
  let spentMs = 0;
  let working = false;
  /**
   * Waited since the request, the last sign of work, or that of an end; and how much of it when the last progress came.
   */
  let pausedMs = 0;
  let progressAtMs = 0;
  let current: Wait | undefined;
  // One timer for all waits, which are many and short: it is moved when it fires too early, not at each of them.
  let timer: NodeJS.Timeout | undefined;
  let firesAt = Infinity;

  function fail(error: MassgenError): void {
    if (failure !== undefined || completed) return;
    failure = error;
    controller.abort(error);
    if (current !== undefined) interrupt(current, error);
  }
  const onAbort = (): void => {
    fail(new MassgenError("aborted", `${label}: aborted by the caller`, { cause: callerSignal?.reason }));
  };

  /** With signs of progress all the while. */
  const longestPauseMs = Math.max(firstTokenMs, idleMs);
  const totalLeftMs = (): number => totalMs - spentMs;

  function leftMs(waiting: Waiting): number {
    switch (waiting) {
      case "answer":
        // What arrives in time may be read later.
        if (working) return Math.min(progressAtMs + idleMs, longestPauseMs) + gatherMs - pausedMs;
        return inOnePiece ? Infinity : firstTokenMs - pausedMs;
      case "settling":
        return Math.min(idleMs, settlingMs) - pausedMs;
      case "tail":
        return Math.min(idleMs, tailMs) - pausedMs;
    }
  }

  function timeout(waiting: Waiting): MassgenError {
    const said =
      totalLeftMs() <= leftMs(waiting)
        ? `not finished after ${seconds(totalMs)} (total limit)`
        : !working
          ? `no token within ${seconds(firstTokenMs)} (first-token limit)`
          : progressAtMs + idleMs > longestPauseMs
            ? `nothing but signs of progress for ${seconds(longestPauseMs)} (first-token limit)`
            : `the answer stopped for ${seconds(idleMs)} (idle limit)`;
    return new MassgenError("timeout", `${label}: ${said}`);
  }

  function pauseEnds(): void {
    pausedMs = 0;
    progressAtMs = 0;
  }

  function wakeAt(dueAt: number): void {
    if (firesAt <= dueAt) return;
    const afterMs = dueAt - performance.now();
    if (afterMs > longestTimerMs) return;
    clearTimeout(timer);
    firesAt = dueAt;
    timer = setTimeout(onTimer, Math.max(0, afterMs));
  }
  function onTimer(): void {
    firesAt = Infinity;
    if (current === undefined) return;
    if (performance.now() < current.dueAt) wakeAt(current.dueAt);
    else if (current.waiting === "answer") fail(timeout("answer"));
    else interrupt(current, timeout(current.waiting));
  }

  function wait<T>(work: Promise<T>, waiting: Waiting = "answer"): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const startedAt = performance.now();
      const dueAt = startedAt + Math.min(totalLeftMs(), leftMs(waiting));
      const begun: Wait = { waiting, startedAt, dueAt, reject, ended: false };
      current = begun;
      wakeAt(dueAt);
      work.then(
        (value) => {
          if (failure !== undefined) interrupt(begun, failure);
          else if (over(begun)) resolve(value);
        },
        (cause: unknown) => interrupt(begun, failure ?? cause),
      );
      if (failure !== undefined) interrupt(begun, failure);
    });
  }

  /** Ends a wait; false when it had ended. */
  function over(wait: Wait): boolean {
    if (wait.ended) return false;
    wait.ended = true;
    if (current === wait) current = undefined;
    const tookMs = performance.now() - wait.startedAt;
    spentMs += tookMs;
    pausedMs += tookMs;
    return true;
  }

  function interrupt(wait: Wait, cause: unknown): void {
    if (over(wait)) wait.reject(cause);
  }

  return {
    signal: controller.signal,
    gatherMs,
    begin() {
      if (callerSignal?.aborted) {
        onAbort();
        throw failure ?? new MassgenError("aborted", `${label}: aborted by the caller`);
      }
      callerSignal?.addEventListener("abort", onAbort, { once: true });
    },
    requestSent() {
      working = false;
      inOnePiece = false;
      pauseEnds();
    },
    expectWhole() {
      inOnePiece = true;
    },
    wait,
    worked() {
      working = true;
      pauseEnds();
    },
    progressed() {
      progressAtMs = pausedMs;
    },
    ending: pauseEnds,
    check() {
      if (failure !== undefined) throw failure;
    },
    failure: () => failure,
    noteUsage(reported) {
      usage = reported;
    },
    usage: () => usage,
    complete() {
      clearTimeout(timer);
      completed = true;
    },
    end() {
      clearTimeout(timer);
      callerSignal?.removeEventListener("abort", onAbort);
      if (!completed) fail(new MassgenError("aborted", `${label}: the caller stopped reading`));
    },
    disconnect() {
      controller.abort();
    },
  };
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}
