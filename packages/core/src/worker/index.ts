export { serveJobs } from "./serve-jobs.ts";
export { JobKilledError, TimedWorker, WorkerStartError, type JobOptions } from "./timed-worker.ts";
