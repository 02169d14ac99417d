export interface JobOptions<Answer> {
  /** Milliseconds of the processor for each step of the job; the last one holds for all further steps. */
  readonly limitsMs: readonly [number, ...number[]];
  /** The job with the lowest rank goes first, by the ranks at that moment; among equals, the one that came first. */
  readonly rank?: () => number;
  /** What of the job moves to the thread instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Gives the job up at once. One that is under way is not stopped before its limit. */
  readonly signal?: AbortSignal | undefined;
  /** Asked when the job's turn has come: an answer that is there by now spares the work. */
  readonly known?: (() => Answer | undefined) | undefined;
}

/** A job, and how its sender hears of the answer. */
export interface QueuedJob<Job, Answer> extends JobOptions<Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Jobs that wait for a thread. */
export class JobQueue<Job, Answer> {
  readonly #waiting: QueuedJob<Job, Answer>[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Adds a job. The answer rejects with the signal's reason as soon as the signal aborts. */
  add(job: Job, options: JobOptions<Answer>): Promise<Answer> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const at = this.#waiting.indexOf(queued);
        if (at !== -1) this.#waiting.splice(at, 1);
        reject(signal?.reason as Error);
      };
      const queued: QueuedJob<Job, Answer> = {
        ...options,
        job,
        resolve: (answer) => {
          signal?.removeEventListener("abort", giveUp);
          resolve(answer);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", giveUp);
          reject(error);
        },
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(queued);
    });
  }

  /** Takes out the next job that has to be done. Jobs before it whose answer is known by now get that answer. */
  take(): QueuedJob<Job, Answer> | undefined {
    while (this.#waiting.length > 0) {
      const first = this.#waiting.reduce((best, other) => (rankOf(other) < rankOf(best) ? other : best));
      this.#waiting.splice(this.#waiting.indexOf(first), 1);
      const known = first.known?.();
      if (known === undefined) return first;
      first.resolve(known);
    }
    return undefined;
  }

  /** Rejects every job that waits. */
  rejectAll(error: Error): void {
    for (const queued of this.#waiting.splice(0)) queued.reject(error);
  }
}

function rankOf({ rank }: Pick<JobOptions<unknown>, "rank">): number {
  return rank?.() ?? 0;
}
