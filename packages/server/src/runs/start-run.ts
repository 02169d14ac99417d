import { MassgenError, answerFormat, type Run, type RunRequest } from "@massgen/core";
import { ProblemError } from "../problem.ts";
import type { Asked } from "../wires/wire.ts";
import type { Engine } from "./engine.ts";

export interface StartOptions {
  /** Whether the answer goes out while it is written. */
  readonly live: boolean;
  /** For a run whose answer does not. */
  readonly jsonDeadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts what a client asked for. Undefined when it left meanwhile.
 * @throws ProblemError `model-not-found`, `model-not-available`, or `invalid-value` for what only the team can tell
 */
export async function startRun(
  engine: Engine,
  { model, run: wanted }: Asked,
  { live, jsonDeadlineMs, signal }: StartOptions,
): Promise<Run | undefined> {
  const delivery: Pick<RunRequest, "delivery" | "deadlineMs"> = live
    ? { delivery: "live" }
    : { delivery: "whole", deadlineMs: jsonDeadlineMs };
  let run: Run | undefined;
  try {
    // Here a schema that cannot be used is a 400: once the run has started, the headers may be out.
    await answerFormat(wanted.responseFormat)?.usable(signal);
    const request: RunRequest = { ...wanted, ...delivery, signal };
    run = await engine.start({ request, ...(model !== undefined && { model }) });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw refusal(error);
  }
  if (run === undefined) throw new TypeError("The engine started no run.");
  return run;
}

/** What is the client's to mend, as such; anything else as it was thrown. */
function refusal(error: unknown): unknown {
  if (!MassgenError.isInstance(error)) return error;
  const { code, message, param } = error;
  if (code === "not-found") return new ProblemError("model-not-found", message, { param: "model" });
  if (code === "configuration") return new ProblemError("model-not-available", message, { param: "model" });
  if (code === "invalid-request")
    return new ProblemError("invalid-value", message, param === undefined ? {} : { param });
  return error;
}
