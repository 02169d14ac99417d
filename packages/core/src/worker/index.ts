export { serveJobs } from "./serve-jobs.ts";
export type { JobOptions } from "./job-queue.ts";
export { TimedWorker } from "./timed-worker.ts";
export { JobKilledError, WorkerStartError } from "./worker-error.ts";
