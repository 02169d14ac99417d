import { defaultSettings } from "@massgen/core";
import { z } from "zod";
import { dollars, oneOf, seconds, section, trueOrFalse, wholeNumber } from "./fields.ts";
import { ignoredOrchestratorKeys, ignoredTimeoutKeys, otherSensitivities } from "./known-keys.ts";

/** The keys of `orchestrator.budget`. */
export const budgetShape = {
  max_calls: wholeNumber(1, { description: "The most model calls that one run may make." }),
  max_tokens: wholeNumber(1, { description: "The most tokens that one run may use." }),
  max_usd: dollars({
    description: "The most dollars that one run may cost. The price of every agent's model must be known.",
  }),
};

const answersError = "must be 1, 2 or 3 (the draft and up to two revisions)";

/** The keys of `orchestrator`, apart from ignored ones. */
export const orchestratorShape = {
  voting_sensitivity: oneOf(
    ["lenient", "balanced", "strict"],
    {
      description: "How critically voters judge before they choose an existing answer.",
      default: defaultSettings.votingSensitivity,
    },
    otherSensitivities,
  ),
  max_new_answers_per_agent: z
    .int({ error: answersError })
    .min(1, { error: answersError })
    .max(3, { error: answersError })
    .nullish()
    .meta({
      description:
        "An agent's draft and its revisions, 1 to 3. If every agent is of type llamacpp, ollama or lmstudio, the default is 1.",
      default: defaultSettings.maxNewAnswersPerAgent,
    }),
  self_votes: oneOf(
    ["auto", "allow", "exclude"],
    {
      description: "Whether agents may vote for themselves; auto allows it only when there are two.",
      default: defaultSettings.selfVotes,
    },
    [],
  ),
  early_stop: trueOrFalse({
    description: "End a vote as soon as the remaining ballots cannot change its result.",
    default: defaultSettings.earlyStop,
  }),
  lazy: oneOf(
    ["auto", "on", "off"],
    {
      description:
        "Whether only as many agents as can decide are called at first; auto does so with tools or a response format.",
      default: defaultSettings.lazy,
    },
    [],
  ),
  exhaustive: trueOrFalse({
    description: "For measuring: call everybody and await every draft and ballot, even if the result is certain.",
    default: defaultSettings.exhaustive,
  }),
  final_answer: oneOf(
    ["auto", "synthesize", "select"],
    {
      description: "Whether the winner writes a new final answer, or its draft is sent as it is.",
      default: defaultSettings.finalAnswer,
    },
    [],
  ),
  traces: oneOf(
    ["off", "summary", "full", "live"],
    {
      description:
        "How much of the deliberation clients see; full adds drafts and reasoning, live shows drafts while they are written.",
      default: defaultSettings.traces,
    },
    [],
  ),
  audience: oneOf(
    ["client", "operator"],
    {
      description: "Who reads the traces; an operator also sees what providers said about failures.",
      default: defaultSettings.audience,
    },
    [],
  ),
  quorum: wholeNumber(1, {
    description:
      "The number of drafts after which the rest have straggler_grace_seconds left; then the team goes on without them.",
  }),
  straggler_grace_seconds: seconds({ description: "How long to wait for the rest once the quorum is reached." }, 0),
  max_answer_chars: wholeNumber(1, {
    description:
      "The most characters of one answer of a model, its reasoning and tool calls included; a longer one is stopped and counts as failed.",
    default: defaultSettings.maxAnswerChars,
  }),
  budget: section("`max_calls`, `max_tokens` and `max_usd`", budgetShape).nullish().meta({
    description:
      "Limits of one run. A run that would exceed them is shortened first, and fails only if that is not enough.",
  }),
};

/** The keys of `timeout_settings`, apart from ignored ones. */
export const timeoutShape = {
  orchestrator_timeout_seconds: seconds({
    description: "The whole run.",
    default: defaultSettings.deadlineMs / 1000,
  }),
  agent_timeout_seconds: seconds({
    description: "One call of a model, from start to end.",
    default: defaultSettings.limits.totalMs / 1000,
  }),
  first_token_timeout_seconds: seconds({
    description: "From a request to the first token of its answer: text, reasoning or a piece of a tool call.",
    default: defaultSettings.limits.firstTokenMs / 1000,
  }),
  idle_timeout_seconds: seconds({
    description: "Silence within an answer.",
    default: defaultSettings.limits.idleMs / 1000,
  }),
};

/** The sections about the team. */
export const orchestratorSchema = section("settings of the coordination", orchestratorShape, ignoredOrchestratorKeys);
export const timeoutSchema = section("time limits in seconds", timeoutShape, ignoredTimeoutKeys);
