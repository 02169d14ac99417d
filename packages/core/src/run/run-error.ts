import type { RunResult } from "../coordination/announcement.ts";
import { MassgenError } from "../errors.ts";

/** The error with which the answer of a run without one rejects. */
export function runError(result: Exclude<RunResult, { status: "answered" }>, cause: unknown): MassgenError {
  if (result.status === "cancelled") return new MassgenError("aborted", "the run was cancelled");
  const { code, message, ...rest } = result.failure;
  return new MassgenError(code, message, { ...rest, cause });
}
