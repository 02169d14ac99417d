import { tokensOfChars } from "../model/token-estimate.ts";
import type { Candidate } from "./candidate.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { CallRecord, Setup, State } from "./state.ts";
import { totalTokens } from "./usage.ts";

export { tokensOfChars, totalTokens };

/** Characters that our own instructions and tools add, at most, to a prompt that shows candidates. */
export const instructionChars = 2000;

/** Characters that our request to repeat an answer adds, at most, beside what it quotes. */
const reminderChars = 400;

/** Tokens a call may cost: its prompt's characters / 3 plus what it may write. */
export function estimateTokens(setup: Setup, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  const member = setup.members.find((candidate) => candidate.id === agentId);
  if (!member) return 0;
  const written = purpose.phase === "ballot" ? member.ballotTokens : member.outputTokens;
  return member.promptTokens + tokensOfChars(addedChars(purpose) + quotedChars(retryOf)) + written;
}

/** What a call's prompt holds beyond the conversation. */
function addedChars(purpose: CallPurpose): number {
  if (purpose.phase === "draft") return 0;
  const shown = purpose.candidates.reduce((sum, candidate) => sum + charsOf(candidate), instructionChars);
  if (purpose.phase === "ballot") return shown;
  return purpose.votes.reduce((sum, vote) => sum + vote.reason.length, shown);
}

/** What a repetition quotes of the reply before it. */
function quotedChars(retryOf: Reask | undefined): number {
  return retryOf === undefined ? 0 : reminderChars + retryOf.problem.length + (retryOf.answer?.length ?? 0);
}

function charsOf({ text, toolCalls }: Candidate): number {
  return toolCalls.reduce((sum, call) => sum + call.name.length + call.arguments.length, text.length);
}

/** The calls of a run without those that ended before their turn came: they were never sent. */
export function madeCalls({ calls }: State): readonly CallRecord[] {
  return calls.filter(({ queued, status }) => !(queued && status !== "live"));
}

/** Tokens of a finished call: as reported, else as reserved. */
function spent(call: CallRecord): number {
  return totalTokens(call.usage) ?? call.reservedTokens;
}

/** Whether calls of these estimated costs fit into what is left of the budget, all together. */
export function affords(state: State, estimates: readonly number[]): boolean {
  const { maxCalls, maxTokens } = state.setup.settings.budget;
  const made = madeCalls(state);
  if (maxCalls !== undefined && made.length + estimates.length > maxCalls) return false;
  if (maxTokens === undefined) return true;
  const used = made.reduce((sum, call) => sum + spent(call), 0);
  return used + estimates.reduce((sum, estimate) => sum + estimate, 0) <= maxTokens;
}
