import type { HeapInfo } from "node:v8";
import { Worker } from "node:worker_threads";

/** The job was killed because its time or memory was used up. */
export class JobKilledError extends Error {
  override readonly name = "JobKilledError";
}

/** The thread did not start, so no job can be done. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

/** A message from the thread, see {@link serveJobs}, with the processor time that it has used so far. */
export type WorkerMessage<Answer> = { readonly cpuMs: number } & (
  | { readonly type: "ready" }
  | { readonly type: "step" }
  | { readonly type: "done"; readonly answer: Answer }
);

export interface JobOptions<Answer> {
  /** Processor time for each step of the job, in milliseconds; the last value applies to all further steps. */
  readonly limitsMs: readonly [number, ...number[]];
  /** The lowest goes first, judged when a turn comes; equal ones go in order of arrival. */
  readonly rank?: () => number;
  /** Parts of the job that are transferred to the thread instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Gives up the job at once. A job in progress still runs until its limit. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the job's turn comes: returns the answer if it is known by now, which saves the work. */
  readonly known?: (() => Answer | undefined) | undefined;
}

interface Waiting<Job, Answer> extends JobOptions<Answer> {
  readonly job: Job;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  cpuMs: number;
}

async function cpuMsOf(worker: Worker): Promise<number> {
  // Node 22 does not have it.
  const usage = (await (worker as Partial<Worker>).cpuUsage?.()) ?? { user: Infinity, system: 0 };
  return (usage.user + usage.system) / 1000;
}

function rankOf({ rank }: Pick<JobOptions<unknown>, "rank">): number {
  return rank?.() ?? 0;
}

/** Generous: it only prevents waiting for ever. */
const startLimitMs = 60_000;
/** How many times its limit a thread may take by the clock, since it gets the processor only now and then. */
const patience = 20;
/** How often the memory of the current job is checked. */
const watchMs = 25;

/**
 * Does jobs one at a time in a thread of its own, and kills the thread when a job takes too long, even inside a regular
 * expression. The thread starts with the first job, and after a kill with the next one. An idle thread does not keep
 * the process alive.
 */
export class TimedWorker<Job, Answer> {
  readonly #file: URL;
  readonly #memoryMb: number;
  readonly #line: Waiting<Job, Answer>[] = [];
  #thread: Thread | undefined;
  #current: Waiting<Job, Answer> | undefined;
  #steps = 0;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #started = 0;

  /**
   * @param file a module that calls {@link serveJobs}
   * @param memoryMb what the thread may hold, in MB; a job that wants more is killed
   */
  constructor(file: URL, memoryMb: number) {
    this.#file = file;
    this.#memoryMb = memoryMb;
  }

  /** Threads started so far. */
  get started(): number {
    return this.#started;
  }

  /** @throws JobKilledError, WorkerStartError, or the signal's reason */
  run(job: Job, options: JobOptions<Answer>): Promise<Answer> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = this.#line.indexOf(waiting);
        if (place !== -1) this.#line.splice(place, 1);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting<Job, Answer> = {
        ...options,
        job,
        resolve: (answer) => {
          signal?.removeEventListener("abort", leave);
          resolve(answer);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#line.push(waiting);
      this.#next();
    });
  }

  /** Ends the thread and its current job. Later jobs start a new thread. */
  async close(): Promise<void> {
    const { worker } = this.#thread ?? {};
    this.#lose(new JobKilledError("the worker was closed"));
    await worker?.terminate();
  }

  /** A job's result may settle other waiting jobs, so its sender gets it first. */
  #nextWhenHeard(): void {
    if (this.#line.length === 0) this.#next();
    else setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#current) return;
    const next = this.#takeFirst();
    if (!next) {
      this.#thread?.worker.unref();
      return;
    }
    this.#current = next;
    this.#steps = 0;
    const thread = this.#running();
    if (!thread) return;
    thread.worker.ref();
    if (thread.ready) this.#post(thread);
    else this.#limit(startLimitMs, () => this.#failStart(`it was not ready after ${startLimitMs} ms`));
  }

  #running(): Thread | undefined {
    try {
      return (this.#thread ??= this.#start());
    } catch (error) {
      this.#failStart(error instanceof Error ? error.message : "unknown");
      return undefined;
    }
  }

  #takeFirst(): Waiting<Job, Answer> | undefined {
    while (this.#line.length > 0) {
      const first = this.#line.reduce((best, other) => (rankOf(other) < rankOf(best) ? other : best));
      this.#line.splice(this.#line.indexOf(first), 1);
      const known = first.known?.();
      if (known === undefined) return first;
      first.resolve(known);
    }
    return undefined;
  }

  #start(): Thread {
    // The thread reads foreign text, so it gets no flags or variables of the process. A thread that hits V8's own limit
    // can take the process with it: it must be stopped well before, see #watchMemory.
    const resourceLimits = { maxOldGenerationSizeMb: 4 * this.#memoryMb, maxYoungGenerationSizeMb: 16 };
    const execArgv = this.#file.pathname.endsWith(".ts") ? ["--conditions=massgen-source"] : [];
    const worker = new Worker(this.#file, { execArgv, env: {}, resourceLimits });
    const thread: Thread = { worker, ready: false, cpuMs: 0 };
    this.#started++;
    const mine = (): boolean => this.#thread === thread;
    worker.on("message", (message: WorkerMessage<Answer>) => mine() && this.#take(message, thread));
    worker.on("error", (error) => mine() && this.#broke(thread, error.message));
    worker.on("exit", (code) => mine() && this.#broke(thread, `it ended with code ${code}`));
    return thread;
  }

  #take(message: WorkerMessage<Answer>, thread: Thread): void {
    thread.cpuMs = message.cpuMs;
    switch (message.type) {
      case "ready":
        thread.ready = true;
        this.#post(thread);
        return;
      case "step":
        this.#steps++;
        this.#limitStep(thread);
        return;
      case "done": {
        this.#stopWatching();
        const done = this.#current;
        this.#current = undefined;
        done?.resolve(message.answer);
        this.#nextWhenHeard();
      }
    }
  }

  #post(thread: Thread): void {
    if (!this.#current) return;
    const { worker } = thread;
    worker.postMessage(this.#current.job, this.#current.transfer ?? []);
    this.#limitStep(thread);
    this.#watch = setInterval(() => this.#watchMemory(worker), watchMs);
  }

  #watchMemory(worker: Worker): void {
    const judge = ({ used_heap_size: used, external_memory: external }: HeapInfo): void => {
      const mine = this.#thread?.worker === worker && this.#current !== undefined;
      if (mine && used + external > this.#memoryMb * 1024 ** 2)
        this.#lose(new JobKilledError("stopped at its memory limit"));
    };
    // The thread is gone.
    worker.getHeapStatistics().then(judge, () => {});
  }

  #stopWatching(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#timer = undefined;
  }

  /** A busy machine is not the job's fault: only time on the processor counts, where Node can measure it. */
  #limitStep({ worker, cpuMs }: Thread): void {
    const limits = this.#current?.limitsMs ?? [0];
    const limitMs = limits[Math.min(this.#steps, limits.length - 1)] as number;
    const exceed = (): void => this.#lose(new JobKilledError(`stopped after ${limitMs} ms`));
    const lastMs = performance.now() + patience * limitMs;
    const look = (): void => {
      this.#limit(lastMs - performance.now(), exceed);
      const timer = this.#timer;
      const judge = (usedMs: number): void => {
        if (this.#timer !== timer) return;
        const leftMs = limitMs - (usedMs - cpuMs);
        if (leftMs < 1) exceed();
        else this.#limit(Math.min(leftMs, lastMs - performance.now()), look);
      };
      cpuMsOf(worker).then(judge, () => {});
    };
    this.#limit(limitMs, look);
  }

  /** If this process itself was held up, the answer may have arrived: messages are read before the verdict. */
  #limit(ms: number, exceed: () => void): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (this.#timer === timer) exceed();
      });
    }, ms);
    this.#timer = timer;
  }

  #broke(thread: Thread, why: string): void {
    if (thread.ready) this.#lose(new JobKilledError(`the worker broke: ${why}`));
    else this.#failStart(why);
  }

  /** If it cannot start now, it will not start for the next job either. */
  #failStart(why: string): void {
    for (const waiting of this.#line.splice(0))
      waiting.reject(new WorkerStartError(`the worker did not start: ${why}`));
    this.#lose(new WorkerStartError(`the worker did not start: ${why}`));
  }

  /** Gives up the thread and its current job; the next job gets a new thread. */
  #lose(verdict: Error): void {
    this.#stopWatching();
    const thread = this.#thread;
    const lost = this.#current;
    this.#thread = undefined;
    this.#current = undefined;
    thread?.worker.terminate().catch(() => {});
    thread?.worker.unref();
    lost?.reject(verdict);
    this.#nextWhenHeard();
  }
}
