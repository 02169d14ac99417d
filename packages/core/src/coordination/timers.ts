import { callOtherVoters, decideNow } from "./ballots.ts";
import { startCall, waitingTask } from "./calls.ts";
import { eligible } from "./candidate.ts";
import { decideByVotes, decideSingle } from "./decide.ts";
import { afterDrafting, callOtherDrafters, dropOutstanding } from "./drafts.ts";
import type { Timer } from "./event.ts";
import { failureOfAll } from "./failure.ts";
import { finishFailed } from "./finish.ts";
import { giveUp } from "./give-up.ts";
import { presentVerbatim } from "./present.ts";
import { type Step, isSolo } from "./state.ts";

/** The time of a timer has come. */
export function timerFired(step: Step, timer: Timer): void {
  switch (timer) {
    case "deadline":
      deadlineFired(step);
      return;
    case "reserve":
      reserveFired(step);
      return;
    case "presenter":
      if (step.state.phase === "presenting" && !step.state.contentStarted) presentVerbatim(step);
      return;
    case "straggler":
      if (step.state.phase !== "drafting") return;
      dropOutstanding(step, "straggler");
      afterDrafting(step);
      return;
    case "hedge":
      if (step.state.phase === "drafting") callOtherDrafters(step, "slow");
      else callOtherVoters(step, "slow");
      return;
    default:
      retryFired(step, timer.slice("retry ".length));
  }
}

function retryFired(step: Step, callId: string): void {
  const task = waitingTask(step, callId);
  if (!task) return;
  const { order, retries, failure } = task;
  const { callId: first, retryOf, repeats = first, shortened } = order;
  step.setAgent(order.agentId, { task: undefined });
  const history = { retryOf, previous: callId, retries: retries + 1, repeats, shortened };
  if (startCall(step, order.agentId, order.purpose, history)) {
    step.announce({ type: "retry-started", agentId: order.agentId, phase: order.purpose.phase });
    return;
  }
  step.degrade("budget");
  if (failure) giveUp(step, order, failure);
}

/** Time for drafting and voting is up: the answers and ballots that are in decide. */
function reserveFired(step: Step): void {
  if (step.state.phase === "drafting") {
    dropOutstanding(step, "deadline");
    step.degrade("deadline");
    const [first, second] = eligible(step.state.candidates);
    if (first === undefined) {
      finishFailed(step, { ...failureOfAll(step.state), code: "timeout" });
      return;
    }
    step.announce({ type: "limit-reached", limit: "deadline", consequence: "no vote is held" });
    if (second === undefined) decideSingle(step, first);
    else decideByVotes(step, []);
  } else if (step.state.phase === "voting") {
    step.degrade("deadline");
    step.announce({ type: "limit-reached", limit: "deadline", consequence: "the ballots in hand decide" });
    decideNow(step);
  }
}

/**
 * The run's time is up. A half-delivered answer is a failure; one that no client has seen is replaced by the best
 * draft.
 */
function deadlineFired(step: Step): void {
  const { setup, phase, contentStarted: started } = step.state;
  const { deadlineMs } = setup.settings;
  step.set({ nowMs: Math.max(step.state.nowMs, deadlineMs) });
  const halfDelivered = setup.delivery === "live" && started;
  if (!isSolo(setup) && !halfDelivered && phase !== "new") {
    if (phase === "presenting") presentVerbatim(step);
    else reserveFired(step);
    return;
  }
  finishFailed(step, { code: "timeout", message: `No complete answer within ${deadlineMs / 1000} s.` });
}
