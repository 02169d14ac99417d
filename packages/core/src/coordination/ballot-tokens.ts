import { tokensOfChars } from "../token-estimate.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { State } from "./state.ts";

/** Tokens of a vote: a label and a reason of one or two sentences take a fifth of it. */
const voteTokens = 512;

/** Tokens of a repeated vote where nobody knows whether the model thinks: it may have been cut while it did. */
const repeatedVoteTokens = 2048;

/** Tokens that a model which thinks may think before it votes: several times what the hosted ones take for such a question. */
export const assumedThinkingTokens = 8192;

/** The most tokens that a ballot may have: a vote, or a new answer as long as the longest of those it is to be better than; thoughts beside. */
export function ballotTokens(purpose: Extract<CallPurpose, { phase: "ballot" }>, retryOf?: Reask): number {
  const { candidates, revisable, thinkingTokens } = purpose;
  const longest = Math.max(0, ...candidates.map(({ text }) => text.length));
  const vote = retryOf !== undefined && thinkingTokens === undefined ? repeatedVoteTokens : voteTokens;
  return vote + (revisable ? tokensOfChars(longest) : 0) + (thinkingTokens ?? 0);
}

/** Tokens that an agent may think: as is known of its model, or once it was seen to think in this run. */
export function thinkingTokensOf({ setup, agents }: State, agentId: string): number | undefined {
  const known = setup.members.find(({ id }) => id === agentId)?.thinkingTokens;
  return !known && agents.get(agentId)?.thinks ? assumedThinkingTokens : known;
}
