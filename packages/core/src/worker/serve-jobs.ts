import { parentPort } from "node:worker_threads";
import type { WorkerMessage } from "./timed-worker.ts";

/**
 * Serves the jobs of a `TimedWorker`, for the module that it runs in its thread. `work` answers synchronously and does not throw; it
 * calls `step` where the next of the job's time limits begins.
 */
export function serveJobs(work: (job: never, step: () => void) => unknown): void {
  const post = (message: WorkerMessage<unknown>): void => parentPort?.postMessage(message);
  parentPort?.on("message", (job: unknown) => {
    const answer = work(job as never, () => post({ type: "step" }));
    post({ type: "done", answer });
  });
  post({ type: "ready" });
}
