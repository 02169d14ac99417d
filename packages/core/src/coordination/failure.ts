import type { Failure, Phase } from "./receipt.ts";
import type { State, Step } from "./state.ts";

/** An agent leaves the run; what it wrote stays. Nothing is told once the client reads the answer: the run's failure says it. */
export function failAgent(step: Step, agentId: string, phase: Phase, failure: Failure): void {
  step.degrade("agent-failed");
  step.setAgent(agentId, { status: "failed", failure: { ...failure, phase } });
  const { setup, contentStarted } = step.state;
  if (setup.delivery === "live" && contentStarted) return;
  step.announce({ type: "agent-failed", agentId, phase, failure });
}

/**
 * Why a run without any answer failed: the one class of failure all agents share, else a time-out among failures to reach or be
 * served, else the general case. The message names every agent and its reason.
 */
export function failureOfAll(state: State): Failure {
  const failed = [...state.agents].flatMap(([id, { failure, status }]): { id: string; failure: Failure }[] => {
    if (failure) return [{ id, failure }];
    return status === "dropped" ? [{ id, failure: { code: "timeout", message: "no answer in time" } }] : [];
  });
  if (failed.length === 0) return nobodyCouldTry(state);
  const message = `No agent could answer. ${failed.map(({ id, failure }) => `${id}: ${failure.message}`).join("; ")}`;
  const codes = new Set(failed.map(({ failure }) => failure.code));
  const waits = failed.flatMap(({ failure }) => failure.retryAfterMs ?? []);
  const [first] = failed;
  return {
    code: commonCode([...codes]),
    message,
    ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }),
    ...(codes.size === 1 && first?.failure.param !== undefined && { param: first.failure.param }),
  };
}

function nobodyCouldTry(state: State): Failure {
  const unfunded = [...state.agents.values()].some((agent) => agent.status === "unfunded");
  return unfunded
    ? { code: "budget-exhausted", message: "The budget does not reach for a single draft. Raise orchestrator.budget." }
    : { code: "invalid-request", message: "The conversation holds images and no agent of this team can see them." };
}

const refusals: readonly Failure["code"][] = ["invalid-request", "context-length", "content-filter"];
const unreachable: readonly Failure["code"][] = ["timeout", "connection", "overloaded"];

function commonCode(codes: readonly Failure["code"][]): Failure["code"] {
  const [first] = codes;
  if (first !== undefined && codes.length === 1) return first;
  if (codes.every((code) => refusals.includes(code))) return "invalid-request";
  if (codes.includes("timeout") && codes.every((code) => unreachable.includes(code))) return "timeout";
  if (codes.every((code) => code === "authentication" || code === "permission")) return "authentication";
  return "connection";
}
