import type { AgentStatus, CallResult, DegradedReason, ErrorCode, Phase } from "@massgen/core";

/** The words for each of some codes; for one of another version of MassGen, the code itself. */
function tableOf<Code extends string>(table: Readonly<Record<Code, string>>): (code: Code) => string {
  const entries = new Map<string, string>(Object.entries(table));
  return (code) => entries.get(code) ?? code;
}

/** A part of a run. */
export const titleOf = tableOf<Phase>({ draft: "Drafting", ballot: "Voting", presentation: "Final answer" });

/** What a call was made for. */
export const purposeOf = tableOf<Phase>({
  draft: "draft",
  ballot: "vote",
  presentation: "answer",
});

/** What an agent was doing. */
export const whileDoing = tableOf<Phase>({
  draft: "while drafting",
  ballot: "while voting",
  presentation: "while writing the final answer",
});

/** Why an answer is less than what was asked for, and what that means for whoever reads it. */
export const meaningOfReason = tableOf<DegradedReason>({
  "agent-failed": "An agent failed for good, so fewer opinions stand behind the answer.",
  "straggler-dropped": "An agent was too slow for the quorum and was dropped; its answer was never seen.",
  deadline: "Time ran out: what was there by then decided. See orchestrator_timeout_seconds, and below what was slow.",
  budget: "The budget of the run did not cover everything: calls were left out. See budget in orchestrator.",
  "presenter-fallback":
    "The winner could not write the final answer, so another agent did, or a draft went out as it was.",
  abstention: "A vote could not be read, even after asking again, and was not counted.",
  "answer-now": "Somebody wanted the answer at once, so what was in hand decided.",
});

/** What a status means that is not `completed`; `failed` says more by its failure. */
export const meaningOfStatus = tableOf<Exclude<AgentStatus, "completed" | "failed">>({
  "too-slow": "was too slow, and was dropped",
  "not-needed": "was not needed, since the others had decided or the answer was wanted at once",
  "unsupported-input": "took no part, since its model sees no images",
  "over-budget": "took no part, since the budget did not cover its call",
});

/** What a failure means, and what can be done about it. */
export const meaningOfFailure = tableOf<ErrorCode>({
  "rate-limited":
    "The provider takes no more calls of this account for now. Lower the account's limits in the configuration, or raise them at the provider.",
  quota:
    "The account's credit or spending limit is used up. Waiting does not help: look at the provider's billing page.",
  overloaded: "The provider is up but has no room. Later tries may work; a `fallback` would have taken over.",
  "upstream-failed": "The provider failed for a reason of its own. A `fallback` would help if that happens often.",
  authentication: "The key is missing, wrong or expired. Set the right one, and send SIGHUP or restart.",
  permission: "The key is right, but may not use this model. Look at the rights of the account.",
  "not-found": "There is no such model or address: it was retired, or is misspelt in the configuration.",
  "invalid-request": "The provider refused the request as malformed. Its words say which part.",
  "context-length": "The conversation is longer than the model takes. Use a model with a larger window, or shorten it.",
  "content-filter": "The provider's safety filter refused the question or the answer.",
  timeout: "A time limit of ours ran out. Its words say which; see the limits in orchestrator.",
  connection: "No connection to the provider, or it broke. Look at the network, a proxy, the address.",
  truncated: "The stream ended before the model was done, as when a proxy cuts it.",
  "invalid-response": "What came back was no answer: empty, not readable, or without what was asked for.",
  aborted: "The call was ended on purpose.",
  configuration: "A setting is wrong or missing, or the agent's model is no longer in the configuration.",
  "budget-exhausted": "The budget of the run allows no further call.",
  "spending-limit":
    "The key has spent what it may in a day. It goes on at midnight UTC, or with a higher `max_usd_per_day`.",
  "agents-failed": "Every agent failed, each for a reason of its own.",
  internal: "A defect of MassGen. Please report it.",
});

/** How a call ended, in a word or two. */
export function shownResult(result: CallResult): string {
  switch (result) {
    case "ok":
      return "ok";
    case "rejected":
      return "of no use";
    case "aborted":
      return "called off";
    case "unsent":
      return "never sent";
    case "lost":
      return "process died";
    default:
      return result;
  }
}
