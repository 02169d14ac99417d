import type { Ports } from "../ports.ts";
import { ProblemError } from "../problem.ts";
import { Ongoing } from "../runs/ongoing.ts";

/** An admitted request. */
interface Place {
  /** Hands the place to the next waiting request. Calling it again does nothing. */
  readonly leave: () => void;
}

/** Limits the runs at the same time, queues further requests, and drains the server. */
export interface Admission {
  readonly draining: boolean;
  /** Runs in progress. */
  readonly inFlight: number;
  /** Requests in the queue. */
  readonly waiting: number;
  /**
   * Resolves when a place is free. Aborting `cancel` leaves the queue; `cutShort` aborts `cancel` of runs in progress.
   * Rejects with a ProblemError: `server-busy` when the queue is full or the wait too long, `draining` while draining.
   */
  readonly enter: (cancel: AbortController) => Promise<Place>;
  /** Admits no more requests and rejects those in the queue. Runs in progress continue. */
  readonly drain: () => void;
  /**
   * Notes that a client watches a run that goes on without this process: `dismissViewers` aborts `cancel`. The returned
   * function says that the client has left.
   */
  readonly watch: (cancel: AbortController) => () => void;
  /** Closes the streams of those who watch such runs; they come back elsewhere. Returns how many there were. */
  readonly dismissViewers: () => number;
  /** Aborts all runs in progress. */
  readonly cutShort: () => void;
  /** Resolves when no run is in progress. */
  readonly emptied: () => Promise<void>;
  /** Admits queued requests after the limits were raised. */
  readonly admitWaiting: () => void;
}

/** How long clients are told to wait before they try again. */
const retryAfterMs = 5_000;

export interface AdmissionLimits {
  readonly maxConcurrentRuns: number;
  readonly queue: { readonly places: number; readonly waitMs: number };
}

interface Waiting {
  readonly admit: () => void;
  readonly reject: (error: ProblemError) => void;
}

/** First come, first served. The limits are read each time, so they can change. */
export function createAdmission(limits: () => AdmissionLimits, ports: Pick<Ports, "clock">): Admission {
  const running = new Ongoing<AbortController>();
  const viewers = new Ongoing<AbortController>();
  const line = new Set<Waiting>();
  const onEmpty: (() => void)[] = [];
  let draining = false;

  function take(cancel: AbortController): Place {
    const leave = running.add(cancel);
    return {
      leave() {
        if (leave()) admitWaiting();
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
    watch(cancel) {
      const leave = viewers.add(cancel);
      return () => void leave();
    },
    dismissViewers() {
      const { size } = viewers;
      for (const cancel of viewers) cancel.abort();
      return size;
    },
    cutShort() {
      for (const cancel of running) cancel.abort();
    },
    emptied: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => onEmpty.push(resolve))),
    admitWaiting,
  };
}

/** The problem for requests that arrive while the server shuts down. */
export function shuttingDown(): ProblemError {
  return new ProblemError("draining", "The server is shutting down and takes no new requests.", { retryAfterMs });
}

const tooManyRuns = "Too many runs are in flight.";

/** The problem for requests that find no free place. */
export function serverBusy(why: string): ProblemError {
  return new ProblemError("server-busy", `${why} Try again in a few seconds.`, { retryAfterMs });
}
