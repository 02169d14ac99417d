import { ProblemError } from "../problem.ts";
import type { Ports } from "../ports.ts";

/** A request that was let in. */
interface Place {
  /** Gives the place to the next in line. Calling it again does nothing. */
  readonly leave: () => void;
}

/** Who may run, who waits, and how the house is emptied. */
export interface Admission {
  readonly draining: boolean;
  /** Runs that hold a place. */
  readonly inFlight: number;
  /** Requests that wait for a place. */
  readonly waiting: number;
  /**
   * Resolves when there is a place. Aborting `cancel` gives up waiting; `cutShort` aborts it while the run is going.
   * Rejects with a ProblemError: `server-busy` when the line is full or the wait too long, `draining` while draining.
   */
  readonly enter: (cancel: AbortController) => Promise<Place>;
  /** Lets nobody in any more, and sends those away who wait. What runs, runs on. */
  readonly drain: () => void;
  /** Aborts whatever still runs. */
  readonly cutShort: () => void;
  /** Resolves when no run holds a place. */
  readonly emptied: () => Promise<void>;
  /** Lets in who waits for a place that the limits have now: for when they have changed. */
  readonly admitWaiting: () => void;
}

/** What a client is told to wait before it comes again. */
const retryAfterMs = 5_000;

export interface AdmissionLimits {
  readonly maxConcurrentRuns: number;
  readonly queue: { readonly places: number; readonly waitMs: number };
}

interface Waiting {
  readonly admit: () => void;
  readonly reject: (error: ProblemError) => void;
}

/** First come, first served. The limits are asked for each time, so that they can change. */
export function createAdmission(limits: () => AdmissionLimits, ports: Pick<Ports, "clock">): Admission {
  const running = new Set<AbortController>();
  const line = new Set<Waiting>();
  const onEmpty: (() => void)[] = [];
  let draining = false;

  function take(cancel: AbortController): Place {
    running.add(cancel);
    return {
      leave() {
        if (running.delete(cancel)) admitWaiting();
        if (running.size === 0) for (const tell of onEmpty.splice(0)) tell();
      },
    };
  }

  function admitWaiting(): void {
    for (const next of line) {
      if (running.size >= limits().maxConcurrentRuns) return;
      next.admit();
    }
  }

  function waitInLine(cancel: AbortController): Promise<Place> {
    return new Promise((resolve, reject) => {
      const leaveLine = (): void => {
        line.delete(waiting);
        cancelTimer();
        cancel.signal.removeEventListener("abort", giveUp);
      };
      const waiting: Waiting = {
        admit() {
          leaveLine();
          resolve(take(cancel));
        },
        reject(error) {
          leaveLine();
          reject(error);
        },
      };
      const giveUp = (): void => waiting.reject(serverBusy(tooManyRuns));
      const cancelTimer = ports.clock.setTimer(limits().queue.waitMs, giveUp);
      cancel.signal.addEventListener("abort", giveUp);
      line.add(waiting);
    });
  }

  return {
    get draining() {
      return draining;
    },
    get inFlight() {
      return running.size;
    },
    get waiting() {
      return line.size;
    },
    async enter(cancel) {
      if (draining) throw shuttingDown();
      if (running.size < limits().maxConcurrentRuns && line.size === 0) return take(cancel);
      if (cancel.signal.aborted || line.size >= limits().queue.places) throw serverBusy(tooManyRuns);
      return waitInLine(cancel);
    },
    drain() {
      draining = true;
      for (const waiting of line) waiting.reject(shuttingDown());
    },
    cutShort() {
      for (const cancel of running) cancel.abort();
    },
    emptied: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => onEmpty.push(resolve))),
    admitWaiting,
  };
}

/** The answer to a request that comes while the server is going down. */
export function shuttingDown(): ProblemError {
  return new ProblemError("draining", "The server is shutting down and takes no new requests.", { retryAfterMs });
}

const tooManyRuns = "Too many runs are in flight.";

/** The answer to a request for which there is no room. */
export function serverBusy(why: string): ProblemError {
  return new ProblemError("server-busy", `${why} Try again in a few seconds.`, { retryAfterMs });
}
