import type { RunResult } from "../coordination/announcement.ts";
import { receiptOf } from "../coordination/receipt-of.ts";
import type { State } from "../coordination/state.ts";
import { MassgenError } from "../errors.ts";

/** The error with which the answer of a run without one rejects. */
export function runError(result: Exclude<RunResult, { status: "answered" }>, cause: unknown): MassgenError {
  if (result.status === "cancelled") return new MassgenError("aborted", "the run was cancelled");
  const { code, message, ...rest } = result.failure;
  return new MassgenError(code, message, { ...rest, cause });
}

/** The error with which the answer of a run rejects that this process no longer drives. */
export function abandonedError(cause: unknown): MassgenError {
  const why = cause === undefined ? "the run goes on elsewhere" : "the run can no longer be kept here";
  return new MassgenError("aborted", why, { cause });
}

/** The result of a run that a defect ended. */
export function defectResult(state: State): Extract<RunResult, { status: "failed" }> {
  const failure = { code: "internal", message: "the run ended because of a defect" } as const;
  return { status: "failed", failure, receipt: { ...receiptOf(state), outcome: "failed" } };
}
