import { describeThrown } from "@massgen/core";
import { packageAtWork } from "@massgen/providers";
import type { CliContext } from "../context.ts";
import type { Interruption } from "./interruption.ts";

/**
 * An error that nobody caught ends the run, unless a provider package threw it while none of our code was at work: that
 * is only told.
 *
 * @returns what stops that
 */
export function showDefects(
  { onDefect, stderr }: Pick<CliContext, "onDefect" | "stderr">,
  interruption: Pick<Interruption, "fail">,
): () => void {
  return onDefect((error) => {
    const culprit = packageAtWork();
    const { message } = describeThrown(error);
    if (culprit === undefined) {
      stderr(`massgen failed unexpectedly. Please report this: ${message}\n`);
      interruption.fail();
    } else stderr(`${culprit} threw an error that nobody caught; report it to its author: ${message}\n`);
  });
}
