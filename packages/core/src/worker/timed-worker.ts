import type { HeapInfo } from "node:v8";
import { Worker } from "node:worker_threads";
import { type JobOptions, JobQueue, type QueuedJob } from "./job-queue.ts";
import { JobKilledError, WorkerStartError } from "./worker-error.ts";
import type { WorkerMessage } from "./worker-message.ts";

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

/** Generous: it is there so that nobody waits for ever, not to judge anybody's work. */
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
  readonly #queue = new JobQueue<Job, Answer>();
  #thread: Thread | undefined;
  #current: QueuedJob<Job, Answer> | undefined;
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
    const answer = this.#queue.add(job, options);
    this.#next();
    return answer;
  }

  /** Ends the thread and its current job. Later jobs start a new thread. */
  async close(): Promise<void> {
    const { worker } = this.#thread ?? {};
    this.#lose(new JobKilledError("the worker was closed"));
    await worker?.terminate();
  }

  /** A job's result may settle other waiting jobs, so its sender gets it first. */
  #nextWhenHeard(): void {
    if (this.#queue.isEmpty) this.#next();
    else setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#current) return;
    const next = this.#queue.take();
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

  #start(): Thread {
    // The thread reads strangers' text: it gets neither flags nor variables of the process.
    // A thread that hits V8's own limit can take the process with it: it must be stopped well before, see #watchMemory.
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
    const error = new WorkerStartError(`the worker did not start: ${why}`);
    this.#queue.rejectAll(error);
    this.#lose(error);
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
