import { MassgenError, answerFormat, type Run, type RunRequest } from "@massgen/core";
import { ProblemError } from "../problem.ts";
import type { Asked } from "../wires/wire.ts";
import type { Ask, Engine } from "./engine.ts";

export interface StartOptions extends Pick<RunRequest, "delivery" | "deadlineMs" | "maxUsd" | "leftUsd" | "allowance"> {
  readonly signal: AbortSignal;
}

/**
 * Starts the run that a client asked for. Undefined when the client has left.
 * @throws ProblemError `model-not-found`, `model-not-available`, or `invalid-value` for what only the team can check
 */
export async function startRun(
  engine: Engine,
  { model }: Pick<Ask, "model">,
  { run: wanted }: Pick<Asked, "run">,
  { signal, ...bounds }: StartOptions,
): Promise<Run | undefined> {
  let run: Run | undefined;
  try {
    // An unusable schema is a 400 here; once the run has started, the headers may be out.
    await answerFormat(wanted.responseFormat)?.usable(signal);
    const request: RunRequest = { ...wanted, ...bounds, signal };
    run = await engine.start({ request, ...(model !== undefined && { model }) });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw refusal(error);
  }
  if (run === undefined) throw new TypeError("The engine started no run.");
  return run;
}

/** Turns errors that the client can fix into problems; returns others unchanged. */
export function refusal(error: unknown): unknown {
  if (!MassgenError.isInstance(error)) return error;
  const { code, message, param } = error;
  if (code === "not-found") return new ProblemError("model-not-found", message, { param: "model" });
  if (code === "permission") return new ProblemError("model-not-allowed", message, { param: "model" });
  if (code === "configuration") return new ProblemError("model-not-available", message, { param: "model" });
  if (code === "invalid-request")
    return new ProblemError("invalid-value", message, param === undefined ? {} : { param });
  return error;
}
