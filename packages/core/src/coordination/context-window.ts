import { tokensOfChars } from "../token-estimate.ts";
import { estimatedPrompt, largestShown, outputTokensFor } from "./budget.ts";
import type { Usage } from "../model/model-event.ts";
import type { CallOrder, CallPurpose, Reask } from "./effect.ts";
import type { Failure } from "./receipt.ts";
import type { State, Step } from "./state.ts";
import { inputTokens } from "./usage.ts";

/** The fewest characters of a candidate that are worth showing. */
const leastShown = 200;

/** Characters of the marks around a candidate, at most. */
const markChars = 60;

/** What is kept free for a reply, as a share of the window, and the most tokens of it. */
const replyShare = 4;
const mostReply = 1024;

/** What a draft needs at least beside its prompt. */
const leastDraft = 64;

/** The least share of our estimate that a count of the service's is believed: some leave out what they had cached. */
const leastCounted = 0.5;

/** Tokens by our estimate that a call of an agent may take, prompt and reply together; undefined where nothing is known. */
export function windowOf({ setup, agents }: State, agentId: string): number | undefined {
  const configured = setup.members.find(({ id }) => id === agentId)?.contextTokens;
  const learned = agents.get(agentId)?.contextTokens;
  return configured === undefined || learned === undefined ? (learned ?? configured) : Math.min(configured, learned);
}

/**
 * A call as it fits the agent's window, with room for the reply: what voters said goes first, then all candidates are shortened in
 * their middle to one length. The same call where it fits, or no window is known; undefined where the conversation alone leaves too
 * little.
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
    // Without room for a new answer there may be room for a vote.
    if (bare.phase !== "ballot" || !bare.revisable) return undefined;
    const vote = fitted(state, agentId, { ...bare, revisable: false }, retryOf);
    return vote?.phase === "ballot" ? { ...vote, revisable: true } : undefined;
  }
  // Between the two lies the longest that fits: what is shown grows with it.
  let [fit, tooLong] = [leastShown, largestShown(bare)];
  while (tooLong - fit > 1) {
    const middle = Math.floor((fit + tooLong) / 2);
    if (fits({ ...bare, shownChars: middle })) fit = middle;
    else tooLong = middle;
  }
  return { ...bare, shownChars: fit };
}

/** Why a conversation is too long for an agent. */
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

/** Output tokens that the window leaves, where the call may write more than that; undefined where it need not be told. */
export function outputWithin(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): number | undefined {
  const window = windowOf(state, agentId);
  if (window === undefined) return undefined;
  const left = window - promptOf(state, agentId, purpose, retryOf);
  return outputTokensFor(state.setup, agentId, purpose, retryOf) > left ? Math.max(left, leastDraft) : undefined;
}

/**
 * Takes from a refusal how much the agent's model takes, in tokens as we estimate them: the service's count of the refused prompt, where it
 * gives one, says by how much the estimate is off; without any figure half of what was sent is tried.
 */
export function learnWindow(step: Step, order: CallOrder, { contextTokens, promptTokens }: Failure): void {
  const { agentId, purpose, retryOf } = order;
  const estimate = promptOf(step.state, agentId, purpose, retryOf);
  const sent = estimate + outputTokensFor(step.state.setup, agentId, purpose, retryOf);
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
 * Takes from the report on a draft how many tokens the conversation really has: our estimate is half as much again for English, which in a
 * small window is the room for the answers.
 */
export function learnPrompt(step: Step, { agentId, purpose, retryOf }: CallOrder, usage: Usage | undefined): void {
  if (purpose.phase !== "draft" || retryOf !== undefined || windowOf(step.state, agentId) === undefined) return;
  const counted = inputTokens(usage);
  const estimate = estimatedPrompt(step.state.setup, agentId, purpose);
  if (counted === undefined || counted >= estimate || counted < estimate * leastCounted) return;
  step.setAgent(agentId, { savedTokens: estimate - counted });
}

/** Tokens of a call's prompt: of the conversation as its service counted them, once it has, of all else as we estimate them. */
function promptOf({ setup, agents }: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): number {
  return estimatedPrompt(setup, agentId, purpose, retryOf) - (agents.get(agentId)?.savedTokens ?? 0);
}

function replyTokens({ setup }: State, agentId: string, purpose: CallPurpose, window: number, retryOf?: Reask): number {
  const written = outputTokensFor(setup, agentId, purpose, retryOf);
  if (purpose.phase === "draft") return Math.min(written, leastDraft);
  return Math.min(written, mostReply, Math.floor(window / replyShare));
}

function withoutReasons(purpose: Exclude<CallPurpose, { phase: "draft" }>): typeof purpose {
  if (purpose.phase === "ballot") return purpose;
  return { ...purpose, votes: purpose.votes.map((vote) => ({ ...vote, reason: "" })) };
}
