import { parentPort } from "node:worker_threads";
import type { WorkerMessage } from "./worker-message.ts";

type Unstamped = WorkerMessage<unknown> extends infer M ? (M extends unknown ? Omit<M, "cpuMs"> : never) : never;

/**
 * Serves the jobs of a `TimedWorker` in the module that it runs. `work` is synchronous and must not throw; it calls
 * `step` when the job's next time limit begins.
 */
export function serveJobs(work: (job: never, step: () => void) => unknown): void {
  const post = (message: Unstamped): void => {
    // Missing in Node 22.
    const { user, system } = (process as Partial<NodeJS.Process>).threadCpuUsage?.() ?? { user: 0, system: 0 };
    parentPort?.postMessage({ ...message, cpuMs: (user + system) / 1000 } satisfies WorkerMessage<unknown>);
  };
  parentPort?.on("message", (job: unknown) => {
    const answer = work(job as never, () => post({ type: "step" }));
    post({ type: "done", answer });
  });
  post({ type: "ready" });
}
