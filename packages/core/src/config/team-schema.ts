import { z } from "zod";
import { defaultSettings } from "../coordination/settings.ts";
import { oneOf, seconds, section, text, trueOrFalse, wholeNumber } from "./fields.ts";
import { hostNamePattern } from "./host-name-pattern.ts";
import { ignoredOrchestratorKeys, ignoredTimeoutKeys, otherSensitivities } from "./known-keys.ts";

/** What `orchestrator.budget` may say. */
export const budgetShape = {
  max_calls: wholeNumber(1, { description: "The most model calls that one run may make." }),
  max_tokens: wholeNumber(1, { description: "The most tokens that one run may use." }),
};

const answersError = "must be 1, 2 or 3 (the draft and up to two revisions)";

/** What `orchestrator` may say, apart from what is ignored. */
export const orchestratorShape = {
  voting_sensitivity: oneOf(
    ["lenient", "balanced", "strict"],
    {
      description: "How hard a voter looks before it prefers an existing answer.",
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
        "An agent's draft and its revisions, 1 to 3. Where every agent is of type llamacpp, ollama or lmstudio the default is 1.",
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
  final_answer: oneOf(
    ["auto", "synthesize", "select"],
    {
      description: "Whether the winner writes a new final answer, or its draft is sent as it is.",
      default: defaultSettings.finalAnswer,
    },
    [],
  ),
  traces: oneOf(
    ["off", "summary", "full"],
    { description: "How much of the deliberation clients see.", default: defaultSettings.traces },
    [],
  ),
  quorum: wholeNumber(1, {
    description: "With so many drafts in, wait straggler_grace_seconds for the rest, then go on without them.",
  }),
  straggler_grace_seconds: seconds({ description: "How long to wait once the quorum is there." }, 0),
  max_answer_chars: wholeNumber(1, {
    description:
      "The most characters that one answer of a model may have, its reasoning and tool calls included; a longer one is stopped and counts as failed.",
    default: defaultSettings.maxAnswerChars,
  }),
  budget: section("`max_calls` and `max_tokens`", budgetShape)
    .nullish()
    .meta({ description: "Limits of one run; a short budget shrinks it before it fails it." }),
};

/** What `timeout_settings` may say, apart from what is ignored. */
export const timeoutShape = {
  orchestrator_timeout_seconds: seconds({
    description: "The whole run.",
    default: defaultSettings.deadlineMs / 1000,
  }),
  agent_timeout_seconds: seconds({
    description: "One call of a model in all.",
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

const sizeError = "must be a size above 0: bytes, or with a unit, such as 1.5mb";

function size(description: string) {
  return z
    .union(
      [
        z.int({ error: sizeError }).min(1, { error: sizeError }),
        // Never 0, and at most as many digits as a number of bytes has: bytes alone are whole.
        z
          .string({ error: sizeError })
          .regex(/^(?=[0.]{0,16}[1-9])(\d{1,15}|\d{1,15}(\.\d{1,15})? {0,8}[kKmMgG][bB]|\d{1,15} {0,8}[bB])$/, {
            error: sizeError,
          }),
      ],
      { error: sizeError },
    )
    .nullish()
    .meta({ description });
}

const originError = "must be * or an origin such as https://app.example, or a list of origins";
// Desktop programs and extensions of browsers have schemes of their own: app://obsidian.md, file://.
const origin = z
  .string({ error: originError })
  .regex(/^(\*|https?:\/\/[^\s/?#@*]+|(?!https?:)[a-z][a-z\d+.-]{0,40}:\/\/[^\s/?#@*]*)$/i, { error: originError });

const hostError = "must be * or a host name such as massgen.example, without scheme and port, or a list of names";
const allowedHost = z.string({ error: hostError }).regex(hostNamePattern, { error: hostError });

/** The words of `server.log_level` and `server.log_format`. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export const logFormats = ["auto", "json", "pretty", "off"] as const;

/** The most runs, places or connections that may be asked for. */
const manyAtOnce = 1_000_000;

/** What `server` may say. */
export const serverShape = {
  host: text("Address to bind."),
  port: wholeNumber(0, { description: "Port to bind; 0 takes any free one." }, 65_535),
  max_concurrent_runs: wholeNumber(1, { description: "How many runs may go on at the same time." }, manyAtOnce),
  queue: wholeNumber(0, { description: "How many requests may wait for a run." }, manyAtOnce),
  queue_wait_seconds: seconds({ description: "How long a request may wait for a run." }, 0),
  max_connections: wholeNumber(1, { description: "How many connections may be open at the same time." }, manyAtOnce),
  body_limit: size("The largest request body: bytes, or with kb, mb or gb (of 1024 each)."),
  body_depth: wholeNumber(1, { description: "How deep lists and objects of a request body may be nested." }, 1000),
  body_values: wholeNumber(1, { description: "How many values a request body may hold." }, 100_000_000),
  body_keys: wholeNumber(1, { description: "How many different field names a request body may hold." }, 100_000_000),
  body_memory: size("What the bodies of all requests under way may take together."),
  heartbeat_seconds: seconds({ description: "Silence after which a stream gets a keep-alive; 0 turns it off." }, 0),
  drain_timeout_seconds: seconds({ description: "How long running requests may go on at shutdown." }, 0),
  json_deadline_seconds: seconds({ description: "The longest that a request without streaming may take." }),
  api_key_file: text("A file of keys that let a client in, one a line; its path counts from this file's folder."),
  cors_origin: z
    .union([origin, z.array(origin, { error: originError })], { error: originError })
    .nullish()
    .meta({ description: "Origins whose pages may call the server from a browser; * means every one." }),
  allowed_host: z
    .union([allowedHost, z.array(allowedHost, { error: hostError })], { error: hostError })
    .nullish()
    .meta({ description: "Public names that a server without keys answers to; * means every one." }),
  metrics_open: trueOrFalse({ description: "Whether GET /metrics needs no key.", default: false }),
  log_level: oneOf(logLevels, { description: "The least important lines to log.", default: "info" }, []),
  log_format: oneOf(
    logFormats,
    { description: "How log lines look; auto is pretty on a terminal, else json.", default: "auto" },
    [],
  ),
};

/** The sections about the team and the server. */
export const orchestratorSchema = section("settings of the coordination", orchestratorShape, ignoredOrchestratorKeys);
export const timeoutSchema = section("time limits in seconds", timeoutShape, ignoredTimeoutKeys);
export const serverSchema = section("settings of the server", serverShape);
