import { MassgenError, type CallLimits, type Usage } from "@massgen/core/model";

/** What a call is waiting for: decides which limits run meanwhile. */
type Waiting = "first-byte" | "idle" | "tail";

/** How long an upstream may stay silent after its terminal marker before the answer counts as ended, in milliseconds. */
export const tailMs = 5000;

const longestTimerMs = 2 ** 31 - 1;

/**
 * Watches over one call: the caller's signal, the three limits, and the connection upstream.
 *
 * Limits run only inside {@link CallGuard.wait}: while the consumer is busy with an event, nothing is awaited and the
 * clocks stand still.
 */
export interface CallGuard {
  /** Ends the upstream request. Belongs to this call alone, so listeners on it cannot pile up on the caller's signal. */
  readonly signal: AbortSignal;
  /** Starts watching the caller's signal. @throws MassgenError `aborted` if it is aborted already. */
  readonly begin: () => void;
  /** A request goes out (again): the first-byte limit starts from zero. */
  readonly requestSent: () => void;
  /** Awaits something upstream with the limits running. Rejects with `timeout` or `aborted` as soon as either is due. */
  readonly wait: <T>(work: Promise<T>, waiting: Waiting) => Promise<T>;
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

/**
 * Makes the guard of one call.
 *
 * @param label who is called, as messages begin: `openai gpt-4o`
 */
export function createCallGuard(label: string, limits: CallLimits = {}, callerSignal?: AbortSignal): CallGuard {
  const controller = new AbortController();
  let failure: MassgenError | undefined;
  let usage: Usage | undefined;
  let completed = false;
  let spentMs = 0;
  let spentToFirstByteMs = 0;
  let interrupt: ((error: MassgenError) => void) | undefined;

  function fail(error: MassgenError): void {
    if (failure !== undefined || completed) return;
    failure = error;
    controller.abort(error);
    interrupt?.(error);
  }
  const onAbort = (): void => {
    fail(new MassgenError("aborted", `${label}: aborted by the caller`, { cause: callerSignal?.reason }));
  };

  function nextTimeout(waiting: Waiting): { afterMs: number; error: () => MassgenError } {
    const due = [
      { afterMs: (limits.totalMs ?? Infinity) - spentMs, text: () => totalText(label, limits.totalMs) },
      waiting === "first-byte"
        ? {
            afterMs: (limits.firstByteMs ?? Infinity) - spentToFirstByteMs,
            text: () => `${label}: no answer within ${seconds(limits.firstByteMs)} (first-byte limit)`,
          }
        : {
            afterMs: Math.min(limits.idleMs ?? Infinity, waiting === "tail" ? tailMs : Infinity),
            text: () => `${label}: the answer stopped for ${seconds(limits.idleMs)} (idle limit)`,
          },
    ].sort((a, b) => a.afterMs - b.afterMs)[0];
    return {
      afterMs: Math.max(0, due?.afterMs ?? Infinity),
      error: () => new MassgenError("timeout", due?.text() ?? label),
    };
  }

  function wait<T>(work: Promise<T>, waiting: Waiting): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const startedAt = performance.now();
      const { afterMs, error } = nextTimeout(waiting);
      const timer =
        afterMs <= longestTimerMs
          ? setTimeout(() => {
              if (waiting === "tail") settle(() => reject(error()));
              else fail(error());
            }, afterMs)
          : undefined;
      function settle(outcome: () => void): void {
        interrupt = undefined;
        clearTimeout(timer);
        const tookMs = performance.now() - startedAt;
        spentMs += tookMs;
        if (waiting === "first-byte") spentToFirstByteMs += tookMs;
        outcome();
      }
      interrupt = (cause) => settle(() => reject(cause));
      work.then(
        (value) => settle(() => (failure === undefined ? resolve(value) : reject(failure))),
        (cause: unknown) => settle(() => reject(failure ?? cause)),
      );
      if (failure !== undefined) interrupt(failure);
    });
  }

  return {
    signal: controller.signal,
    begin() {
      if (callerSignal?.aborted) {
        onAbort();
        throw failure ?? new MassgenError("aborted", `${label}: aborted by the caller`);
      }
      callerSignal?.addEventListener("abort", onAbort, { once: true });
    },
    requestSent() {
      spentToFirstByteMs = 0;
    },
    wait,
    check() {
      if (failure !== undefined) throw failure;
    },
    failure: () => failure,
    noteUsage(reported) {
      usage = reported;
    },
    usage: () => usage,
    complete() {
      completed = true;
    },
    end() {
      callerSignal?.removeEventListener("abort", onAbort);
      if (!completed) fail(new MassgenError("aborted", `${label}: the caller stopped reading`));
    },
    disconnect() {
      controller.abort();
    },
  };
}

function totalText(label: string, totalMs: number | undefined): string {
  return `${label}: not finished after ${seconds(totalMs)} (total limit)`;
}

function seconds(ms: number | undefined): string {
  return `${Number(((ms ?? tailMs) / 1000).toFixed(3))} s`;
}
