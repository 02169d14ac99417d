import { receiptOf } from "./receipt-of.ts";
import type { Step } from "./state.ts";

/**
 * Announces the final answer, with the run's figures up to here.
 *
 * @param written whether its text is there already; otherwise the figures of the call that writes it are still to come
 */
export function announceAnswer(step: Step, agentId: string, written: boolean): void {
  const { agents, calls, usage, costUsd, costComplete } = receiptOf(step.state);
  step.announce({
    type: "answer-started",
    agentId,
    written,
    calls: calls.made,
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd, ...(!costComplete && { costsMore: true }) }),
    failedAgents: agents.filter(({ status }) => status === "failed").length,
    of: agents.length,
  });
}
