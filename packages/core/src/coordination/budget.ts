import { tokensOfChars } from "../token-estimate.ts";
import { ballotTokens } from "./ballot-tokens.ts";
import type { Candidate } from "./candidate.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { CallRecord, Setup, State } from "./state.ts";
import { totalTokens } from "./usage.ts";

/** Characters that our own instructions and tools add, at most, to a prompt that shows candidates. */
export const instructionChars = 2000;

/** Characters of the note where the middle of a candidate is left out, at most. */
const cutNoteChars = 80;

/** Characters that our request to repeat an answer adds, at most, beside what it quotes. */
const reminderChars = 400;

/** Estimates the tokens that a call may use: its prompt and the most that it may write. */
export function estimateTokens(setup: Setup, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  return estimatedPrompt(setup, agentId, purpose, retryOf) + outputTokensFor(setup, agentId, purpose);
}

/** Estimates the tokens of a call's prompt. */
export function estimatedPrompt(setup: Setup, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  const member = setup.members.find((candidate) => candidate.id === agentId);
  if (!member) return 0;
  return member.promptTokens + tokensOfChars(addedChars(purpose) + quotedChars(retryOf));
}

/** Tokens that a call may write. */
export function outputTokensFor(setup: Setup, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  const member = setup.members.find((candidate) => candidate.id === agentId);
  if (!member) return 0;
  if (purpose.phase !== "ballot") return member.outputTokens;
  return Math.min(ballotTokens(purpose, retryOf), member.tokenLimit ?? Infinity);
}

/** What a call's prompt holds beyond the conversation. */
function addedChars(purpose: CallPurpose): number {
  if (purpose.phase === "draft") return 0;
  const { candidates, shownChars = Infinity } = purpose;
  const shown = candidates.reduce((sum, candidate) => sum + charsOf(candidate, shownChars), instructionChars);
  if (purpose.phase === "ballot") return shown;
  return purpose.votes.reduce((sum, vote) => sum + vote.reason.length, shown);
}

/** What a repetition quotes of the reply before it. */
function quotedChars(retryOf: Reask | undefined): number {
  return retryOf === undefined ? 0 : reminderChars + retryOf.problem.length + (retryOf.answer?.length ?? 0);
}

/** Characters of the longest piece that a call shows. */
export function largestShown({ candidates }: Exclude<CallPurpose, { phase: "draft" }>): number {
  return Math.max(
    0,
    ...candidates.flatMap(({ text, toolCalls }) =>
      [text, ...toolCalls.map((call) => call.arguments)].map(({ length }) => length),
    ),
  );
}

/** Characters of a candidate, no piece of which is shown at more than so many. */
function charsOf({ text, toolCalls }: Candidate, most: number): number {
  const shown = ({ length }: string): number => (length <= most ? length : most + cutNoteChars);
  return toolCalls.reduce((sum, call) => sum + call.name.length + shown(call.arguments), shown(text));
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
