import type { Agent, AgentModel } from "../agent.ts";
import { assumedThinkingTokens } from "../coordination/ballot-tokens.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { draw } from "../coordination/seeded.ts";
import type { MemberModel, Setup } from "../coordination/state.ts";
import { outputTokens, promptSize, tokensOfPrompt } from "../token-estimate.ts";
import { demandsCall } from "../prompt/answer-rules.ts";
import { conversationFor, holdsImages } from "../prompt/conversation.ts";
import { formatInstruction } from "../prompt/format-prompt.ts";
import type { RunRequest } from "../run-request.ts";
import type { TokenRates } from "../pricing.ts";
import { drawSeedOf } from "./draw-seed.ts";
import { threadOf } from "./prefix-key.ts";
import type { Ports } from "./ports.ts";

/** A member's thinking tokens, if known; a configured effort means that it thinks. */
function thinkingOf({ model, sampling, local }: AgentModel): { thinkingTokens?: number } {
  const effort = sampling?.reasoningEffort;
  // A local server reports its thoughts if it counts them.
  const known = model.capabilities?.thinkingTokens ?? (local ? 0 : undefined);
  if (effort !== undefined && effort !== "none") return { thinkingTokens: Math.max(known ?? 0, assumedThinkingTokens) };
  return known === undefined ? {} : { thinkingTokens: known };
}

/**
 * Derives what the rules need from a team and a request.
 *
 * @param secret 64 random bits in hex, new for each run
 * @param startedAt milliseconds since 1970
 * @param rates what calls of a model cost at most
 */
export function setupFor(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  runId: string,
  secret: string,
  startedAt: number,
  rates?: Ports["rates"],
): Setup {
  const { responseFormat, toolChoice } = request;
  const held = formatInstruction(responseFormat) !== undefined || demandsCall(toolChoice);
  const images = holdsImages(request.messages);
  const modelFacts = (used: AgentModel, promptTokens: number): MemberModel => ({
    model: used.model.model,
    able: !images || used.model.capabilities?.images !== false,
    promptTokens,
    outputTokens: outputTokens(used.sampling, request.sampling),
    // The client's limit never applies to ballots.
    ...(used.sampling?.maxOutputTokens !== undefined && { tokenLimit: used.sampling.maxOutputTokens }),
    ...thinkingOf(used),
    ...contextOf(used),
    ...priceOf(used, request, rates?.(used.model)),
  });
  const shared = promptSize({ messages: request.messages, ...(request.tools && { tools: request.tools }) });
  return {
    runId,
    startedAt,
    members: agents.map(({ id, systemMessage, fallback, ...primary }) => {
      const own = promptSize({ messages: conversationFor(systemMessage, [], responseFormat) });
      const promptTokens = tokensOfPrompt(shared, own);
      return {
        id,
        ...modelFacts(primary, promptTokens),
        ...(fallback && { fallback: modelFacts(fallback, promptTokens) }),
      };
    }),
    ...ruledBy(settings, request, agents.length),
    // The answer has to be checked against the client's demands before it is shown.
    delivery: held ? "whole" : (request.delivery ?? "live"),
    ...((request.leftUsd ?? Infinity) < ownLimit(settings.budget, request) && { sharedLimit: true as const }),
    drawSeed: drawSeedOf(request),
    secret,
    // Programs read formats and tool results, and to a program "Yes" and "yes" differ.
    looseAgreement: (responseFormat === undefined || responseFormat.type === "text") && !request.tools?.length,
    allLocal: agents.every(({ local }) => local === true),
  };
}

/** What a request makes of a team's settings, with what else depends on them. */
export function ruledBy(
  settings: CoordinationSettings,
  request: RunRequest,
  agents: number,
): Pick<Setup, "settings" | "lazy"> {
  return {
    settings: {
      ...settings,
      budget: budgetOf(settings, request),
      deadlineMs: Math.min(settings.deadlineMs, request.deadlineMs ?? Infinity),
      // A revision is a text, so none is offered if the client requires a tool call.
      ...(demandsCall(request.toolChoice) && { maxNewAnswersPerAgent: 1 }),
    },
    ...lazyFrom(agents, settings, request),
  };
}

/**
 * From which place in the team a lazy run calls agents: drawn from the beginning of the conversation, so that a loop
 * with tools keeps its first agents, and these their prompt caches.
 */
function lazyFrom(
  agents: number,
  { lazy, exhaustive, quorum }: CoordinationSettings,
  request: RunRequest,
): { readonly lazy?: Setup["lazy"] } {
  if (exhaustive || quorum !== undefined || lazy === "off" || (lazy === "auto" && !mayBeEqual(request))) return {};
  return { lazy: { from: Math.floor(draw(threadOf(request), "first agent") * agents) } };
}

/** Whether answers can be equal: those that programs read are, more often than prose. */
function mayBeEqual({ responseFormat, tools = [], toolChoice }: RunRequest): boolean {
  const formatted = responseFormat !== undefined && responseFormat.type !== "text";
  return formatted || (tools.length > 0 && toolChoice !== "none");
}

function contextOf({ model }: AgentModel): { readonly contextTokens?: number } {
  const contextTokens = model.capabilities?.contextTokens;
  return contextTokens !== undefined && contextTokens > 0 ? { contextTokens } : {};
}

function priceOf(
  { sampling }: AgentModel,
  request: RunRequest,
  price: TokenRates | undefined,
): Pick<MemberModel, "price" | "unlimited"> {
  if (price === undefined) return {};
  const limit = sampling?.maxOutputTokens ?? request.sampling?.maxOutputTokens;
  return { price, ...(limit === undefined && { unlimited: true }) };
}

/** A request may lower what a run costs, never raise it. */
function budgetOf({ budget }: CoordinationSettings, request: RunRequest): CoordinationSettings["budget"] {
  const least = Math.min(ownLimit(budget, request), request.leftUsd ?? Infinity);
  return least === Infinity ? budget : { ...budget, maxUsd: least };
}

function ownLimit({ maxUsd: configured = Infinity }: CoordinationSettings["budget"], { maxUsd }: RunRequest): number {
  return Math.min(configured, maxUsd ?? Infinity);
}
