import { MassgenError, answerFormat, type Run, type RunRequest, type Team } from "@massgen/core";
import { ProblemError } from "../problem.ts";
import type { Asked } from "../wires/wire.ts";
import type { Engine } from "./engine.ts";

/**
 * The team that answers under a model's name, or without one.
 * @throws ProblemError `model-not-found`, `model-not-available`
 */
export async function teamFor(engine: Engine, model: string | undefined): Promise<Team> {
  try {
    return await engine.resolve(model);
  } catch (error) {
    if (MassgenError.isInstance(error)) {
      if (error.code === "not-found") throw new ProblemError("model-not-found", error.message, { param: "model" });
      if (error.code === "configuration") {
        throw new ProblemError("model-not-available", error.message, { param: "model" });
      }
    }
    throw error;
  }
}

export interface StartOptions {
  /** For a run that is not streamed. */
  readonly jsonDeadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts what a client asked for. Undefined when it left meanwhile.
 * @throws ProblemError `invalid-value` for what only the team can tell
 */
export async function startRun(
  team: Team,
  { run: wanted, stream }: Asked,
  { jsonDeadlineMs, signal }: StartOptions,
): Promise<Run | undefined> {
  const delivery: Pick<RunRequest, "delivery" | "deadlineMs"> = stream
    ? { delivery: "live" }
    : { delivery: "whole", deadlineMs: jsonDeadlineMs };
  try {
    // Here a schema that cannot be used is a 400: once the run has started, the headers may be out.
    await answerFormat(wanted.responseFormat)?.usable(signal);
    return team.run({ ...wanted, ...delivery, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!MassgenError.isInstance(error) || error.code !== "invalid-request") throw error;
    throw new ProblemError("invalid-value", error.message, error.param === undefined ? {} : { param: error.param });
  }
}
