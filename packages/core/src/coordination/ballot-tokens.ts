import { tokensOfChars } from "../token-estimate.ts";
import { currentSetup } from "./current-models.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { State } from "./state.ts";

/** Tokens for a vote. A label and a reason of one or two sentences take about a fifth of this. */
const voteTokens = 512;

/**
 * Tokens for a repeated vote when it is unknown whether the model thinks: its first reply may have been cut off
 * mid-thought.
 */
const repeatedVoteTokens = 2048;

/** Thinking tokens allowed before a vote: several times what hosted models use for such a question. */
export const assumedThinkingTokens = 8192;

/**
 * The output limit of a ballot: room for a vote, or for a new answer as long as the longest candidate, plus room for
 * thinking.
 */
export function ballotTokens(purpose: Extract<CallPurpose, { phase: "ballot" }>, retryOf?: Reask): number {
  const { candidates, revisable, thinkingTokens } = purpose;
  const longest = Math.max(0, ...candidates.map(({ text }) => text.length));
  const vote = retryOf !== undefined && thinkingTokens === undefined ? repeatedVoteTokens : voteTokens;
  return vote + (revisable ? tokensOfChars(longest) : 0) + (thinkingTokens ?? 0);
}

/**
 * Thinking tokens to allow for an agent: what its model declares, or a default once it was seen to think in this run.
 */
export function thinkingTokensOf(state: State, agentId: string): number | undefined {
  const { agents } = state;
  const known = currentSetup(state).members.find(({ id }) => id === agentId)?.thinkingTokens;
  return !known && agents.get(agentId)?.thinks ? assumedThinkingTokens : known;
}
