import type { LogEntry } from "@massgen/server";

/** A served request as a line for people. */
export function requestLine(entry: LogEntry, now: Date): string {
  const { method, path, status, ms, runId, outcome, error, requestId } = entry;
  const parts = [now.toISOString(), method, path, String(status), `${(ms / 1000).toFixed(2)}s`, requestId];
  if (runId !== undefined) parts.push(runId);
  if (outcome !== undefined) parts.push(outcome);
  const line = error ? `${parts.join(" ")} ${error.code}: ${error.message}` : parts.join(" ");
  return `${line}\n${error?.stack === undefined ? "" : `${error.stack}\n`}`;
}

/** Whether it is only an orchestrator asking if all is well, and it is: asked every few seconds, that would drown the rest. */
export function isQuietProbe({ path, status }: LogEntry): boolean {
  return (path === "/health" || path === "/ready") && status < 400;
}
