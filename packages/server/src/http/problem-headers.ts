import type { Problem } from "../problem.ts";

/** The headers that say whether and when to try again, and which methods are allowed. */
export function problemHeaders({ retryAfterMs, shouldRetry, allow }: Problem): Record<string, string> {
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) {
    const waitMs = soundWaitMs(retryAfterMs);
    headers["Retry-After"] = String(Math.max(1, Math.ceil(waitMs / 1000)));
    headers["retry-after-ms"] = String(Math.ceil(waitMs));
  }
  if (shouldRetry === false) headers["x-should-retry"] = "false";
  if (allow !== undefined) headers.Allow = allow;
  return headers;
}

const longestWaitMs = 86_400_000;

/** The wait comes from providers, so anything outside 0 to one day in milliseconds is brought into that range. */
function soundWaitMs(ms: unknown): number {
  return typeof ms === "number" && ms > 0 ? Math.min(ms, longestWaitMs) : 0;
}
