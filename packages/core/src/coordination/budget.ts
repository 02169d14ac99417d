import { tokensOfChars } from "../token-estimate.ts";
import { ballotTokens } from "./ballot-tokens.ts";
import type { Candidate } from "./candidate.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { CallRecord } from "./call-record.ts";
import type { Setup, State } from "./state.ts";
import { totalTokens } from "./usage.ts";

/** The most characters that our instructions and tools add to a prompt with candidates. */
export const instructionChars = 2000;

/** The most characters of the note that replaces the middle of a candidate. */
const cutNoteChars = 80;

/** The most characters that a request to repeat an answer adds, without what it quotes. */
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

/** The output limit of a call. */
export function outputTokensFor(setup: Setup, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  const member = setup.members.find((candidate) => candidate.id === agentId);
  if (!member) return 0;
  if (purpose.phase !== "ballot") return member.outputTokens;
  return Math.min(ballotTokens(purpose, retryOf), member.tokenLimit ?? Infinity);
}

/** Characters that a call's prompt adds to the conversation. */
function addedChars(purpose: CallPurpose): number {
  if (purpose.phase === "draft") return 0;
  const { candidates, shownChars = Infinity } = purpose;
  const shown = candidates.reduce((sum, candidate) => sum + charsOf(candidate, shownChars), instructionChars);
  if (purpose.phase === "ballot") return shown;
  return purpose.votes.reduce((sum, vote) => sum + vote.reason.length, shown);
}

/** Characters that a repeated request quotes from the rejected reply. */
function quotedChars(retryOf: Reask | undefined): number {
  return retryOf === undefined ? 0 : reminderChars + retryOf.problem.length + (retryOf.answer?.length ?? 0);
}

/** The most characters shown of any one text in a call. */
export function largestShown({ candidates }: Exclude<CallPurpose, { phase: "draft" }>): number {
  return Math.max(
    0,
    ...candidates.flatMap(({ text, toolCalls }) =>
      [text, ...toolCalls.map((call) => call.arguments)].map(({ length }) => length),
    ),
  );
}

/** Characters of a candidate when each of its texts is cut at a limit. */
function charsOf({ text, toolCalls }: Candidate, most: number): number {
  const shown = ({ length }: string): number => (length <= most ? length : most + cutNoteChars);
  return toolCalls.reduce((sum, call) => sum + call.name.length + shown(call.arguments), shown(text));
}

/**
 * The calls that were really made: one that ended while it waited for its turn was never sent, nor was one that no
 * money was left for.
 */
export function madeCalls({ calls }: State): readonly CallRecord[] {
  return calls.filter(({ queued, status, result }) => !(queued && status !== "live") && result !== "spending-limit");
}

/** What a call may use. */
export interface Estimate {
  readonly tokens: number;
  /** In dollars; absent where its model's price is unknown. */
  readonly usd?: number;
}

/** Tokens of a call: the reported figure, or else the reserved one. */
function spentTokens(call: CallRecord): number {
  return totalTokens(call.usage) ?? call.reservedTokens;
}

/**
 * Dollars that the calls so far have cost, or may still cost: what was reserved for a call stays until its cost is
 * known.
 */
export function spentUsd(state: State): number {
  return sum(madeCalls(state).map(({ costUsd, unbilled, reservedUsd = 0 }) => costUsd ?? (unbilled ? 0 : reservedUsd)));
}

/** Whether the remaining budget covers all these calls together. */
export function affords(state: State, estimates: readonly Estimate[]): boolean {
  const { maxCalls, maxTokens, maxUsd } = state.setup.settings.budget;
  const made = madeCalls(state);
  if (maxCalls !== undefined && made.length + estimates.length > maxCalls) return false;
  if (maxTokens !== undefined && sum([...made.map(spentTokens), ...estimates.map(({ tokens }) => tokens)]) > maxTokens)
    return false;
  return maxUsd === undefined || spentUsd(state) + sum(estimates.map(({ usd = 0 }) => usd)) <= maxUsd;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
