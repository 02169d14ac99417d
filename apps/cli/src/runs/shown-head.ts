import type { KeptRun } from "@massgen/runs";

/** A kept run as it is printed: without the secret from which the marks in its prompts are made. */
export function shownHead(run: KeptRun): object {
  const { secret: _, ...setup } = run.setup;
  return { ...run, setup };
}
