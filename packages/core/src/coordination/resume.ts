import { loseCall, startCall, waitingTask } from "./calls.ts";
import type { CallOrder } from "./effect.ts";
import type { Fact, Timer } from "./event.ts";
import { giveUp } from "./give-up.ts";
import type { Failure } from "./receipt.ts";
import { type State, type Step, isSolo, latestStartMs, reserveMs } from "./state.ts";
import { timerFired } from "./timers.ts";

type Cause = Extract<Fact, { type: "resumed" }>["cause"];

/** A question that was lost this often is given up: it may be what ends the processes. */
const mostLosses = 2;

const gone: Failure = { code: "connection", message: "the process that asked it is gone" };

/**
 * Another process goes on with the run. What is due by now happens first, so that nothing is asked in vain; then each
 * lost call is made again.
 */
export function resume(step: Step, cause: Cause): void {
  const lost = loseCalls(step, cause);
  const due = dueTimer(step.state);
  if (due !== undefined) {
    for (const { agentId, purpose } of lost)
      step.announce({ type: "call-lost", agentId, phase: purpose.phase, again: false });
    timerFired(step, due);
  }
  for (const { callId } of lost) replace(step, callId, due !== undefined);
}

function loseCalls(step: Step, cause: Cause): readonly CallOrder[] {
  return [...step.state.agents.values()].flatMap(({ task }) => {
    if (!task?.live) return [];
    // A call that still waited for its turn has harmed nobody.
    const sent = step.state.calls.some(({ callId, queued }) => callId === task.order.callId && !queued);
    loseCall(step, task, gone, (task.order.losses ?? 0) + (cause === "lost" && sent ? 1 : 0));
    return [task.order];
  });
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

function mayRepeat({ setup, nowMs, contentStarted }: State, { purpose, losses = 0 }: CallOrder): boolean {
  const seen = setup.delivery === "live" && contentStarted;
  return !seen && losses < mostLosses && nowMs < latestStartMs(setup, purpose.phase);
}

/** The same question again, with the same prompt. */
function repeat(step: Step, { callId, agentId, purpose, ...history }: CallOrder, retries: number): boolean {
  const { retryOf, repeats = callId, shortened, losses } = history;
  if (!startCall(step, agentId, purpose, { retryOf, previous: callId, retries, repeats, shortened, losses })) {
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
