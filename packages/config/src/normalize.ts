import { defaultSettings, type CoordinationSettings } from "@massgen/core";
import type { AccountLimits, Sampling, TokenPrice } from "@massgen/core/model";
import { backendShape } from "./agent-schema.ts";
import type { AgentConfig, BackendConfig, MassgenConfig, TeamConfig } from "./config.ts";
import type { ClientKey } from "./server/client-keys.ts";
import { otherSensitivities } from "./known-keys.ts";
import type { WrittenConfig } from "./schema.ts";
import { topOptionShape } from "./server/server-schema.ts";
import { serverConfig } from "./server/server-settings.ts";

type WrittenAgent = NonNullable<WrittenConfig["agent"]>;
type WrittenBackend = WrittenAgent["backend"];

/** Converts a valid file to the program's terms: camelCase, milliseconds, defaults filled in. */
export function normalize(config: WrittenConfig): MassgenConfig {
  const written = config.agents ?? (config.agent ? [config.agent] : []);
  return {
    agents: written.map(agentConfig),
    coordination: coordinationSettings(config),
    ...teamSettings(config),
    clientKeys: (config.server?.client_keys ?? []).map(({ max_usd_per_day: maxUsdPerDay, ...key }): ClientKey =>
      given({ ...key, maxUsdPerDay }),
    ),
    // The store's options stand beside `server`.
    server: serverConfig({ ...config.server, ...topOptions(config) }),
    storeKeys: config.store_keys ?? [],
    providers: config.providers ?? [],
  };
}

function teamSettings(config: WrittenConfig): Pick<MassgenConfig, "teams" | "defaultTeam" | "aliases"> {
  const teams = Object.entries(config.teams ?? {}).map(([name, { agents, orchestrator }]): TeamConfig => ({
    name,
    agents,
    coordination: teamCoordination(config, agents.length, orchestrator ?? {}),
  }));
  return given({
    teams,
    defaultTeam: nonEmpty(config.default_team) ?? teams[0]?.name,
    aliases: Object.entries(config.aliases ?? {}).map(([pattern, team]) => ({ pattern, team })),
  });
}

/**
 * The file's settings with a team's own over them. A quorum of the file's that a small team cannot reach is left out.
 */
function teamCoordination(
  config: WrittenConfig,
  size: number,
  own: WrittenOrchestrator,
): MassgenConfig["coordination"] {
  const common = config.orchestrator ?? {};
  const budget = { ...common.budget, ...given(own.budget ?? {}) };
  const { quorum, stragglerGraceMs, ...rest } = coordinationSettings({
    ...config,
    orchestrator: { ...common, ...written(own), budget },
  });
  return quorum === undefined || stragglerGraceMs === undefined || quorum > size
    ? rest
    : { ...rest, quorum, stragglerGraceMs };
}

/** What a team's `orchestrator` says. A key without a value says something in one case. */
function written(own: WrittenOrchestrator): WrittenOrchestrator {
  const { max_new_answers_per_agent: answers } = own;
  return { ...given(own), ...(answers === null && { max_new_answers_per_agent: null }) };
}

function topOptions(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(topOptionShape).map((key) => [key, config[key]]));
}

function agentConfig(agent: WrittenAgent, index: number): AgentConfig {
  return given({
    id: agent.id ?? `agent_${index + 1}`,
    systemMessage: nonEmpty(agent.system_message),
    backend: backendConfig(agent.backend),
    fallback: agent.fallback ? backendConfig(agent.fallback) : undefined,
  });
}

/** Fields that the provider reads. */
const passedOn: ReadonlySet<string> = new Set(["api", "extra_body"]);
const ownFields = new Set(Object.keys(backendShape).filter((key) => !passedOn.has(key)));

function backendConfig(backend: WrittenBackend): BackendConfig {
  const others = Object.entries(backend).filter(([key]) => !ownFields.has(key));
  return given({
    type: nonEmpty(backend.type),
    model: nonEmpty(backend.model),
    apiKey: nonEmpty(backend.api_key),
    baseUrl: nonEmpty(backend.base_url),
    proxy: nonEmpty(backend.proxy),
    caFile: nonEmpty(backend.ca_file),
    sampling: sampling(backend),
    limits: backendLimits(backend),
    price: backend.price ? tokenPrice(backend.price) : undefined,
    images: backend.images,
    contextTokens: backend.context_length,
    options: Object.fromEntries(others.filter(([key, value]) => !passedOn.has(key) || value !== null)),
  });
}

function tokenPrice(price: NonNullable<WrittenBackend["price"]>): TokenPrice {
  const { input, output, cached_input: cachedInput, cache_write: cacheWrite } = price;
  return given({ input, output, cachedInput, cacheWrite });
}

function sampling(backend: WrittenBackend): Sampling {
  return given({
    temperature: backend.temperature,
    topP: backend.top_p,
    maxOutputTokens: backend.max_tokens ?? backend.max_completion_tokens,
    stop: typeof backend.stop === "string" ? [backend.stop] : backend.stop,
    seed: backend.seed,
    frequencyPenalty: backend.frequency_penalty,
    presencePenalty: backend.presence_penalty,
    reasoningEffort: nonEmpty(backend.reasoning_effort),
  });
}

function backendLimits(backend: WrittenBackend): AccountLimits | undefined {
  const limits = given({
    maxConcurrency: backend.max_concurrency,
    requestsPerMinute: backend.requests_per_minute,
    tokensPerMinute: backend.tokens_per_minute,
  });
  return Object.keys(limits).length > 0 ? limits : undefined;
}

function coordinationSettings(config: WrittenConfig): MassgenConfig["coordination"] {
  const orchestrator = config.orchestrator ?? {};
  const timeouts = config.timeout_settings ?? {};
  const { limits } = defaultSettings;
  return given({
    votingSensitivity: sensitivity(orchestrator.voting_sensitivity),
    // Without a value it stands for no limit, which there is not.
    maxNewAnswersPerAgent:
      orchestrator.max_new_answers_per_agent === null
        ? defaultSettings.maxNewAnswersPerAgent
        : orchestrator.max_new_answers_per_agent,
    selfVotes: orchestrator.self_votes ?? defaultSettings.selfVotes,
    earlyStop: orchestrator.early_stop ?? defaultSettings.earlyStop,
    lazy: orchestrator.lazy ?? defaultSettings.lazy,
    exhaustive: orchestrator.exhaustive ?? defaultSettings.exhaustive,
    finalAnswer: orchestrator.final_answer ?? defaultSettings.finalAnswer,
    traces: orchestrator.traces ?? defaultSettings.traces,
    audience: orchestrator.audience ?? defaultSettings.audience,
    quorum: orchestrator.quorum,
    stragglerGraceMs: milliseconds(orchestrator.straggler_grace_seconds),
    budget: given({
      maxCalls: orchestrator.budget?.max_calls,
      maxTokens: orchestrator.budget?.max_tokens,
      maxUsd: orchestrator.budget?.max_usd,
    }),
    maxAnswerChars: orchestrator.max_answer_chars ?? defaultSettings.maxAnswerChars,
    deadlineMs: milliseconds(timeouts.orchestrator_timeout_seconds) ?? defaultSettings.deadlineMs,
    limits: {
      firstTokenMs: milliseconds(timeouts.first_token_timeout_seconds) ?? limits.firstTokenMs,
      idleMs: milliseconds(timeouts.idle_timeout_seconds) ?? limits.idleMs,
      totalMs: milliseconds(timeouts.agent_timeout_seconds) ?? limits.totalMs,
    },
  });
}

type WrittenOrchestrator = NonNullable<WrittenConfig["orchestrator"]>;
type WrittenSensitivity = WrittenOrchestrator["voting_sensitivity"];

function sensitivity(written: WrittenSensitivity): CoordinationSettings["votingSensitivity"] {
  if (written === "lenient" || written === "balanced" || written === "strict") return written;
  return otherSensitivities.some((other) => other === written) ? "balanced" : defaultSettings.votingSensitivity;
}

function milliseconds(seconds: number | null | undefined): number | undefined {
  return typeof seconds === "number" ? Math.round(seconds * 1000) : undefined;
}

function nonEmpty(text: string | null | undefined): string | undefined {
  return text ? text : undefined;
}

/** The type of an object after {@link given}: fields that may be null or undefined become optional. */
type Given<T> = { [K in keyof T as null extends T[K] ? never : undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : undefined extends T[K] ? K : never]?: NonNullable<T[K]>;
};

/** An object without the fields that are not set. */
function given<T extends object>(fields: T): Given<T> {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(set) as Given<T>;
}
