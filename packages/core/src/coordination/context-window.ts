import { tokensOfChars } from "../token-estimate.ts";
import { estimatedPrompt, largestShown, outputTokensFor } from "./budget.ts";
import type { Usage } from "../model/model-event.ts";
import { currentSetup } from "./current-models.ts";
import type { CallOrder, CallPurpose, Reask } from "./effect.ts";
import type { Failure } from "./receipt.ts";
import type { State, Step } from "./state.ts";
import { inputTokens } from "./usage.ts";

/** The fewest characters of a candidate that are worth showing. */
const leastShown = 200;

/** The most characters of the marks around a candidate. */
const markChars = 60;

/** Room reserved for a reply: a share of the window, up to this many tokens. */
const replyShare = 4;
const mostReply = 1024;

/** The least room that a draft needs beside its prompt. */
const leastDraft = 64;

/**
 * A service's token count is believed only down to this share of our estimate: some services leave out cached tokens.
 */
const leastCounted = 0.5;

/** The agent's context window in tokens of our estimate, prompt and reply together; undefined if unknown. */
export function windowOf(state: State, agentId: string): number | undefined {
  const configured = currentSetup(state).members.find(({ id }) => id === agentId)?.contextTokens;
  const learned = state.agents.get(agentId)?.contextTokens;
  return configured === undefined || learned === undefined ? (learned ?? configured) : Math.min(configured, learned);
}

/**
 * Shortens a call to the agent's context window, with room for the reply: first the voters' reasons go, then the middle
 * of every candidate, down to one common length. Returns the call unchanged if it fits or no window is known, and
 * undefined if the conversation alone leaves too little room.
 */
export function fitted(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): CallPurpose | undefined {
  const window = windowOf(state, agentId);
  if (window === undefined) return purpose;
  const space = window - replyTokens(state, agentId, purpose, window, retryOf);
  const marks = purpose.phase === "draft" ? 0 : tokensOfChars(purpose.candidates.length * markChars);
  const fits = (tried: CallPurpose): boolean => promptOf(state, agentId, tried, retryOf) + marks <= space;
  if (fits(purpose)) return purpose;
  if (purpose.phase === "draft") return undefined;
  const bare = withoutReasons(purpose);
  if (fits(bare)) return bare;
  const shortest = { ...bare, shownChars: leastShown };
  if (!fits(shortest)) {
    // There may be room for a vote, though not for a new answer.
    if (bare.phase !== "ballot" || !bare.revisable) return undefined;
    const vote = fitted(state, agentId, { ...bare, revisable: false }, retryOf);
    return vote?.phase === "ballot" ? { ...vote, revisable: true } : undefined;
  }
  // Binary search for the greatest length that fits.
  let [fit, tooLong] = [leastShown, largestShown(bare)];
  while (tooLong - fit > 1) {
    const middle = Math.floor((fit + tooLong) / 2);
    if (fits({ ...bare, shownChars: middle })) fit = middle;
    else tooLong = middle;
  }
  return { ...bare, shownChars: fit };
}

/** The failure of an agent whose model cannot take the conversation. */
export function tooLong(state: State, agentId: string): Failure {
  const promptTokens = promptOf(state, agentId, { phase: "draft", solo: false });
  const window = windowOf(state, agentId);
  const size = window === undefined ? "" : ` of ${window} tokens`;
  return {
    code: "context-length",
    message: `the conversation (about ${promptTokens} tokens) leaves no room in the model's context window${size}`,
    param: "messages",
  };
}

/** The output limit that the window imposes; undefined when the call's own limit is lower. */
export function outputWithin(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): number | undefined {
  const window = windowOf(state, agentId);
  if (window === undefined) return undefined;
  const left = window - promptOf(state, agentId, purpose, retryOf);
  return outputTokensFor(currentSetup(state), agentId, purpose, retryOf) > left
    ? Math.max(left, leastDraft)
    : undefined;
}

/**
 * Learns an agent's context window from a refusal, in tokens of our estimate. If the service states its own count of
 * the refused prompt, the ratio corrects our estimate. Without any figures, half of what was sent is tried next.
 */
export function learnWindow(step: Step, order: CallOrder, { contextTokens, promptTokens }: Failure): void {
  const { agentId, purpose, retryOf } = order;
  const estimate = promptOf(step.state, agentId, purpose, retryOf);
  const sent = estimate + outputTokensFor(currentSetup(step.state), agentId, purpose, retryOf);
  const known = windowOf(step.state, agentId);
  const learned =
    contextTokens === undefined
      ? Math.floor(estimate / 2)
      : promptTokens !== undefined && promptTokens > estimate
        ? Math.floor((contextTokens * estimate) / promptTokens)
        : // It was to fit by our count, and did not: the count is too low for this text.
          sent <= contextTokens || contextTokens === known
          ? Math.floor(contextTokens / 2)
          : contextTokens;
  step.setAgent(agentId, { contextTokens: Math.max(1, Math.min(learned, known ?? learned)) });
}

/**
 * Learns the real size of the conversation from a draft's usage. For English our estimate is half as much again, which
 * in a small window is the room for the answers.
 */
export function learnPrompt(step: Step, { agentId, purpose, retryOf }: CallOrder, usage: Usage | undefined): void {
  if (purpose.phase !== "draft" || retryOf !== undefined || windowOf(step.state, agentId) === undefined) return;
  const counted = inputTokens(usage);
  const estimate = estimatedPrompt(currentSetup(step.state), agentId, purpose);
  if (counted === undefined || counted >= estimate || counted < estimate * leastCounted) return;
  step.setAgent(agentId, { savedTokens: estimate - counted });
}

/**
 * Tokens of a call's prompt: the service's count of the conversation once it is known, our estimate for everything
 * else.
 */
function promptOf(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  return (
    estimatedPrompt(currentSetup(state), agentId, purpose, retryOf) - (state.agents.get(agentId)?.savedTokens ?? 0)
  );
}

function replyTokens(state: State, agentId: string, purpose: CallPurpose, window: number, retryOf?: Reask): number {
  const written = outputTokensFor(currentSetup(state), agentId, purpose, retryOf);
  if (purpose.phase === "draft") return Math.min(written, leastDraft);
  return Math.min(written, mostReply, Math.floor(window / replyShare));
}

function withoutReasons(purpose: Exclude<CallPurpose, { phase: "draft" }>): typeof purpose {
  if (purpose.phase === "ballot") return purpose;
  return { ...purpose, votes: purpose.votes.map((vote) => ({ ...vote, reason: "" })) };
}
