import type { Failure, Phase } from "./receipt.ts";
import { oneLine } from "./labels.ts";
import { type AgentState, type State, type Step, activeAgents } from "./state.ts";

/**
 * Removes an agent from the run; its answers stay. Not announced once the client is reading the answer: the run's own
 * failure says it then.
 */
export function failAgent(step: Step, agentId: string, phase: Phase, failure: Failure): void {
  step.degrade(failure.code === "spending-limit" ? "budget" : "agent-failed");
  step.setAgent(agentId, { status: "failed", failure: { ...failure, phase } });
  const { setup, contentStarted } = step.state;
  if (setup.delivery === "live" && contentStarted) return;
  step.announce({ type: "agent-failed", agentId, phase, failure, remaining: activeAgents(step.state).length });
}

/**
 * Why a run without any answer failed. Problems with credentials concern the operator and count only if nothing else
 * went wrong. Then, in this order: a code that all agents share; a refusal, if all refused in different ways; a
 * time-out, if all failed to connect or to be served and at least one timed out; a quota, for a mix of quotas and
 * permissions; otherwise `agents-failed`. The message names every agent and its reason.
 */
export function failureOfAll(state: State): Failure {
  const all = [...state.agents].map(([id, agent]) => ({ id, failure: failureOf(state, id, agent) }));
  const message = `No agent could answer. ${all.map(({ id, failure }) => `${id}: ${reason(failure)}`).join("; ")}`;
  const failures = all.map(({ failure }) => failure);
  const others = failures.filter(({ code }) => !credentials.includes(code));
  const counted = others.length > 0 ? others : failures;
  const common = commonCode(counted.map((failure) => failure.code));
  // Clients retry when they read this word, so it must be true of every agent.
  const code = common === "overloaded" && others.length < failures.length ? "agents-failed" : common;
  const waits = counted.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const param = refusals.includes(code) ? counted.find((failure) => failure.param !== undefined)?.param : undefined;
  return {
    code,
    message,
    ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }),
    ...(param !== undefined && { param }),
  };
}

/** Why a run failed whose answers all broke the client's format. */
export function failureOfFormat({ candidates }: State): Failure {
  const broken = candidates.flatMap(({ agentId, violation }) =>
    violation === undefined ? [] : `${agentId}: ${violation}`,
  );
  return { code: "invalid-response", message: `No answer keeps the requested response format. ${broken.join("; ")}` };
}

/** Describes a broken format, as the reason to ask again. */
export function formatProblem(violation: string): string {
  return `the answer breaks the response format: ${violation}`;
}

const maxReasonChars = 300;

function reason(failure: Failure): string {
  const line = oneLine(failure.message.slice(0, 4 * maxReasonChars)).replace(/\.$/, "");
  return line.length > maxReasonChars ? `${line.slice(0, maxReasonChars)}…` : line;
}

function failureOf({ setup, nowMs, calls }: State, id: string, { failure, lastFailure, status }: AgentState): Failure {
  if (failure) return failure;
  switch (status) {
    case "too-slow": {
      const notes = [
        ...(calls.findLast(({ agentId }) => agentId === id)?.queued ? ["its call waited for its turn"] : []),
        ...(lastFailure === undefined ? [] : [`tried again after: ${reason(lastFailure)}`]),
      ];
      const time = `${Math.round(nowMs / 100) / 10} s that the run's deadline leaves for drafts`;
      return { code: "timeout", message: `no answer within the ${time}${notes.map((note) => ` (${note})`).join("")}` };
    }
    case "unsupported-input":
      return { code: "invalid-request", message: "it cannot see the images of the conversation" };
    case "over-budget":
      if (setup.sharedLimit) return { code: "spending-limit", message: sharedLimit };
      return { code: "budget-exhausted", message: overBudget };
    case "not-needed":
      return { code: "timeout", message: "it was not called" };
    case "active":
    case "failed":
      return { code: "invalid-response", message: "it gave no answer" };
  }
}

// The request may have lowered it: see `RunRequest.maxUsd`.
const overBudget = "the budget does not cover its call; raise orchestrator.budget, or the request's own limit";
const sharedLimit = "what its client's key may still spend today does not cover its call";

const credentials: readonly Failure["code"][] = ["authentication", "permission", "quota"];
const refusals: readonly Failure["code"][] = ["invalid-request", "context-length", "content-filter"];
const unreachable: readonly Failure["code"][] = ["timeout", "connection", "overloaded", "upstream-failed"];

function commonCode(codes: readonly Failure["code"][]): Failure["code"] {
  const [first] = codes;
  if (first !== undefined && codes.every((code) => code === first)) return first;
  if (codes.every((code) => code === "quota" || code === "permission")) return "quota";
  if (codes.every((code) => refusals.includes(code))) return "invalid-request";
  if (codes.includes("timeout") && codes.every((code) => unreachable.includes(code))) return "timeout";
  return "agents-failed";
}
