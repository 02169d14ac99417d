import { loseCall, startCall, waitingTask } from "./calls.ts";
import type { CallOrder } from "./effect.ts";
import type { Fact, Timer } from "./event.ts";
import { giveUp } from "./give-up.ts";
import { holdOn } from "./held.ts";
import type { Failure } from "./receipt.ts";
import { type State, type Step, isSolo, latestStartMs, reserveMs } from "./state.ts";
import { timerFired } from "./timers.ts";

type Cause = Extract<Fact, { type: "resumed" }>["cause"];

const gone: Failure = { code: "connection", message: "the process that asked it is gone" };

/**
 * Another process goes on with the run. What is due by now happens first, so that nothing is asked in vain; then each
 * lost call is made again. How often that may be is not for the rules to say: what ends a process, and where a run may
 * do no more harm, is known outside.
 */
export function resume(step: Step, cause: Cause): void {
  const { state } = step;
  const lost = loseCalls(step);
  if (cause === "lost" && hasCallsOut(state)) step.set({ losses: state.losses + 1 });
  const due = dueTimer(step.state);
  if (due !== undefined) {
    announceLost(step, lost);
    timerFired(step, due);
  }
  holdOn(step);
  for (const { callId } of lost) replace(step, callId, due !== undefined);
}

/** Nobody goes on with the run: its live calls are lost, and stay so. */
export function leaveCalls(step: Step): void {
  announceLost(step, loseCalls(step));
}

/** Whether calls are out: sent, and not waiting for their turn, in which they harm nobody. */
export function hasCallsOut({ calls }: State): boolean {
  return calls.some(({ status, queued }) => status === "live" && !queued);
}

function loseCalls(step: Step): readonly CallOrder[] {
  return [...step.state.agents.values()].flatMap(({ task }) => {
    if (!task?.live) return [];
    loseCall(step, task, gone);
    return [task.order];
  });
}

function announceLost(step: Step, lost: readonly CallOrder[]): void {
  for (const { agentId, purpose } of lost) {
    step.announce({ type: "call-lost", agentId, phase: purpose.phase, again: false });
  }
}

/** The timer that should have fired while nobody was there. */
function dueTimer({ setup, phase, nowMs, stragglerAtMs = Infinity }: State): Timer | undefined {
  const { settings } = setup;
  if (phase === "new") return undefined;
  if (nowMs >= settings.deadlineMs) return "deadline";
  if (isSolo(setup)) return undefined;
  if (phase !== "presenting" && nowMs >= settings.deadlineMs - reserveMs(settings)) return "reserve";
  return phase === "drafting" && nowMs >= stragglerAtMs ? "straggler" : undefined;
}

/** Makes a lost call again, or gives it up. */
function replace(step: Step, callId: string, announced: boolean): void {
  const task = waitingTask(step, callId);
  if (!task) return;
  const { order, retries } = task;
  const { agentId, purpose } = order;
  step.setAgent(agentId, { task: undefined });
  const again = mayRepeat(step.state, order) && repeat(step, order, retries);
  if (!announced) step.announce({ type: "call-lost", agentId, phase: purpose.phase, again });
  if (!again) giveUp(step, order, gone);
}

function mayRepeat({ setup, nowMs, contentStarted }: State, { purpose }: CallOrder): boolean {
  const seen = setup.delivery === "live" && contentStarted;
  return !seen && nowMs < latestStartMs(setup, purpose.phase);
}

/** The same question again, with the same prompt. */
function repeat(step: Step, { callId, agentId, purpose, ...history }: CallOrder, retries: number): boolean {
  const { retryOf, repeats = callId, shortened } = history;
  if (!startCall(step, agentId, purpose, { retryOf, previous: callId, retries, repeats, shortened })) {
    step.degrade("budget");
    return false;
  }
  step.set({ contentStarted: false });
  if (purpose.phase === "presentation") {
    const atMs = latestStartMs(step.state.setup, "presentation");
    step.effects.push({ type: "start-timer", timer: "presenter", atMs });
  }
  return true;
}
