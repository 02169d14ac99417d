/** What a thread posts, see {@link serveJobs}; with the processor time that it has used so far. */
export type WorkerMessage<Answer> = { readonly cpuMs: number } & (
  | { readonly type: "ready" }
  | { readonly type: "step" }
  | { readonly type: "done"; readonly answer: Answer }
);
