import { closeRoundIfDone } from "./ballots.ts";
import { afterDrafting } from "./drafts.ts";
import type { CallOrder } from "./effect.ts";
import { failAgent, failureOfAll } from "./failure.ts";
import { finishFailed } from "./finish.ts";
import { presentationFailed } from "./present.ts";
import type { Failure } from "./receipt.ts";
import type { Step } from "./state.ts";

/** A call failed for good. */
export function giveUp(step: Step, order: CallOrder, failure: Failure): void {
  switch (order.purpose.phase) {
    case "draft":
      failAgent(step, order.agentId, "draft", failure);
      if (order.purpose.solo) finishFailed(step, failureOfAll(step.state));
      else afterDrafting(step);
      return;
    case "ballot":
      failAgent(step, order.agentId, "ballot", failure);
      closeRoundIfDone(step);
      return;
    case "presentation":
      presentationFailed(step, order, failure);
      return;
  }
}
