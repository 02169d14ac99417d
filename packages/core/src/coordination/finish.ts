import type { FinishReason } from "../model/model-event.ts";
import type { ToolCall } from "../model/message.ts";
import { receiptOf } from "./receipt-of.ts";
import { announceAnswer } from "./answer-start.ts";
import { abortTask } from "./calls.ts";
import { type Candidate, isDeliverable } from "./candidate.ts";
import { failureOfFormat } from "./failure.ts";
import { release } from "./held.ts";
import type { Failure } from "./receipt.ts";
import { type Step, busyAgents } from "./state.ts";

/** Ends the run with an answer. `deliver` sends it first; without it, the client already has it. */
export function finishAnswered(
  step: Step,
  answer: { text: string; toolCalls: readonly ToolCall[]; finishReason: FinishReason; presenter: string },
  deliver: boolean,
): void {
  step.set({ presenter: answer.presenter });
  end(step);
  const { setup, contentStarted } = step.state;
  // A live stream announced it with its first text.
  if (setup.delivery === "whole" || !contentStarted) announceAnswer(step, answer.presenter, true);
  const { text, toolCalls, finishReason } = answer;
  if (deliver) step.effects.push({ type: "deliver", text, toolCalls });
  else if (toolCalls.length > 0) step.effects.push({ type: "deliver", text: "", toolCalls });
  step.effects.push({
    type: "finish",
    result: { status: "answered", text, toolCalls, finishReason, receipt: receiptOf(step.state) },
  });
}

/** Ends the run with a candidate's text as it is, or with a failure if it breaks the client's format. */
export function finishVerbatim(step: Step, candidate: Candidate): void {
  if (!isDeliverable(candidate)) {
    finishFailed(step, failureOfFormat(step.state));
    return;
  }
  const { text, toolCalls, cut } = candidate;
  const { decision } = step.state;
  if (decision) step.set({ decision: { ...decision, finalAnswer: "select" } });
  const finishReason = cut ? "length" : toolCalls.length > 0 ? "tool-calls" : "stop";
  finishAnswered(step, { text, toolCalls, finishReason, presenter: candidate.agentId }, true);
}

export function finishFailed(step: Step, failure: Failure): void {
  end(step);
  const receipt = { ...receiptOf(step.state), outcome: "failed" } as const;
  step.effects.push({ type: "finish", result: { status: "failed", failure, receipt } });
}

export function finishCancelled(step: Step): void {
  end(step);
  const receipt = { ...receiptOf(step.state), outcome: "failed" } as const;
  step.effects.push({ type: "finish", result: { status: "cancelled", receipt } });
}

function end(step: Step): void {
  const held = release(step);
  // In a vote they have taken part already.
  if (step.state.phase === "drafting") for (const id of held) step.setAgent(id, { status: "not-needed" });
  for (const id of busyAgents(step.state)) abortTask(step, id);
  step.set({ phase: "ended", round: undefined });
}
