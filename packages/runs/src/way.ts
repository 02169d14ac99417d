import type { Failure, RuleBook } from "@massgen/core";
import { canGoOn, lossesOf } from "@massgen/core/replay";
import type { Left } from "./dispatch.ts";
import type { KeptLog, KeptRun } from "./kept-run.ts";

/** How a kept run goes on. */
export type Way =
  | { readonly how: "here" }
  /** In a process of its own: it may be what ends the processes that drive it. */
  | { readonly how: "alone" }
  | { readonly how: "not-at-all"; readonly failure: Failure };

/** A run that was lost so often may harm no other run any more. */
const mostLosses = 2;

export interface WayParts {
  readonly left: Left;
  /** Milliseconds since the run began. */
  readonly elapsedMs: number;
  /** Whether there can be a process of its own. Without one, the next loss ends the run. */
  readonly canBeAlone: boolean;
  readonly rules?: RuleBook | undefined;
}

/** Decides how a run goes on, by its log and what has become of whoever drove it. */
export function wayOf({ setup }: Pick<KeptRun, "setup">, log: KeptLog, parts: WayParts): Way {
  const { left, elapsedMs, canBeAlone, rules } = parts;
  if (!canGoOn(setup, log, rules)) return { how: "not-at-all", failure: otherRules };
  const losses = lossesOf(setup, log, left, rules);
  // Behind its deadline nobody is asked any more.
  if (losses < mostLosses || elapsedMs >= setup.settings.deadlineMs) return { how: "here" };
  if (canBeAlone) return { how: "alone" };
  return losses > mostLosses ? { how: "not-at-all", failure: lostFor(losses) } : { how: "here" };
}

/** Why a run ends that ended the process which drove nothing else. */
export function lostAlone({ setup }: Pick<KeptRun, "setup">, log: KeptLog, rules?: RuleBook): Failure {
  const times = Math.max(lossesOf(setup, log, "lost", rules), mostLosses + 1);
  return lostFor(times, ", the last time while it drove nothing else");
}

function lostFor(times: number, more = ""): Failure {
  const message = `The process that drove this run died ${times} times${more}. It is not tried again: it may be what ends the process.`;
  return { code: "agents-failed", message };
}

const otherRules: Failure = {
  code: "agents-failed",
  message:
    "This run was begun by a version of the server whose rules would have gone on in another way, and no process of that version took it up. Ask again.",
};
