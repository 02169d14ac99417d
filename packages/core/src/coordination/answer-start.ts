import { madeCalls } from "./budget.ts";
import { costOf } from "./receipt-cost.ts";
import { agentStatus } from "./receipt-of.ts";
import type { Step } from "./state.ts";
import { sumOfUsage } from "./usage.ts";

/**
 * Announces the final answer, with the run's figures up to here.
 *
 * @param written whether its text is there already; otherwise the figures of the call that writes it are still to come
 */
export function announceAnswer(step: Step, agentId: string, written: boolean): void {
  const { setup } = step.state;
  const calls = madeCalls(step.state);
  const usage = sumOfUsage(calls.map((call) => call.usage));
  const { costUsd, costComplete } = costOf(setup, calls);
  step.announce({
    type: "answer-started",
    agentId,
    written,
    calls: calls.length,
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd, ...(!costComplete && { costsMore: true }) }),
    failedAgents: setup.members.filter(({ id }) => agentStatus(step.state, id) === "failed").length,
    of: setup.members.length,
  });
}
