import type { Agent } from "../agent.ts";
import { ballotTokens } from "../coordination/ballot-tokens.ts";
import type { CallOrder } from "../coordination/effect.ts";
import { draw } from "../coordination/seeded.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { ChatRequest, Sampling, Tool } from "../model/chat-request.ts";
import type { RunRequest } from "../run-request.ts";
import { ballotNames } from "./ballot-names.ts";
import { ballotMessage, newAnswerTool, voteTool } from "./ballot-prompt.ts";
import { conversationFor } from "./conversation.ts";
import { answerReminder } from "./format-prompt.ts";
import { presentationMessage } from "./presentation-prompt.ts";

/**
 * The request for one call of an agent; the caller adds limits and signal.
 *
 * Everything that is of this call alone (candidates, nonce, what was wrong with a reply) stands behind the
 * conversation: what comes before must be the same in the next run of a growing conversation, for services that cache
 * prompts.
 *
 * @param nonce of the marks around candidates: new for each call, and unknown to the authors of the texts
 * @param key by which services find the beginning of the prompt; without one nothing is said about that
 */
export function callRequest(
  agent: Agent,
  run: RunRequest,
  order: CallOrder,
  settings: CoordinationSettings,
  nonce: string,
  key?: string,
): ChatRequest {
  const { purpose, retryOf } = order;
  const prefix = (added: number): Pick<ChatRequest, "prefix"> => (key === undefined ? {} : { prefix: { key, added } });
  const { responseFormat } = run;
  const repetition = retryOf && {
    retryOf: {
      problem: retryOf.problem,
      ...(retryOf.wellFormed && { wellFormed: true }),
    },
  };
  switch (purpose.phase) {
    case "draft":
    case "presentation": {
      const conversation = conversationFor(agent.systemMessage, run.messages, responseFormat);
      const task = purpose.phase === "draft" ? [] : [presentationMessage(purpose, responseFormat, mayCall(run), nonce)];
      const added = [...task, ...(retryOf ? answerReminder(retryOf) : [])];
      return {
        messages: [...conversation, ...added],
        ...prefix(added.length),
        ...clientTools(run),
        ...(responseFormat && responseFormat.type !== "text" && { responseFormat }),
        ...answerSampling(agent, run, order),
        ...repetition,
      };
    }
    case "ballot": {
      const { candidates, revisable } = purpose;
      const names = ballotNames(run.tools);
      const tools: Tool[] = [
        voteTool(candidates, agent.local, names.vote),
        ...(revisable ? [newAnswerTool(names.newAnswer)] : []),
      ];
      const conversation = conversationFor(agent.systemMessage, run.messages);
      const { votingSensitivity } = settings;
      const task = ballotMessage(purpose, votingSensitivity, responseFormat, nonce, retryOf?.problem, names);
      return {
        messages: [...conversation, task],
        ...prefix(1),
        tools,
        toolChoice: "required",
        parallelToolCalls: false,
        ...ballotSampling(agent, order, ballotTokens(purpose, retryOf)),
        ...repetition,
      };
    }
  }
}

function mayCall({ tools, toolChoice }: RunRequest): boolean {
  return tools !== undefined && tools.length > 0 && toolChoice !== "none";
}

function clientTools(run: RunRequest): Pick<ChatRequest, "tools" | "toolChoice" | "parallelToolCalls"> {
  if (!run.tools || run.tools.length === 0) return {};
  return {
    tools: run.tools,
    ...(run.toolChoice !== undefined && { toolChoice: run.toolChoice }),
    ...(run.parallelToolCalls !== undefined && { parallelToolCalls: run.parallelToolCalls }),
  };
}

/** The client's sampling, for what the agent's own leaves open. */
function answerSampling(agent: Agent, run: RunRequest, order: CallOrder): Pick<ChatRequest, "sampling"> {
  const seed = run.sampling?.seed;
  return within(order, {
    ...run.sampling,
    ...(seed !== undefined && { seed: seedOf(agent, seed) }),
    ...agent.sampling,
  });
}

/**
 * Derives each agent's seed from the client's: with the same one, agents of one model would write the same text. From 0
 * to 2^31 - 1, which all services accept.
 */
function seedOf({ id }: Agent, seed: number): number {
  return Math.floor(draw(`seed ${seed}`, `sampling ${id}`) * 2 ** 31);
}

/**
 * Ballots ignore the client's sampling, since a stop sequence could cut them. The lower of the ballot's own limit and
 * the configured one applies.
 */
function ballotSampling(agent: Agent, order: CallOrder, mostTokens: number): Pick<ChatRequest, "sampling"> {
  const { stop: _, maxOutputTokens = Infinity, ...sampling } = agent.sampling ?? {};
  return within(order, { ...sampling, maxOutputTokens: Math.min(maxOutputTokens, mostTokens) });
}

/** Lowers an output limit to the room in the context window. Adds none where there is none, but the budget's. */
function within({ maxOutputTokens: room, budgetTokens }: CallOrder, sampling: Sampling): Pick<ChatRequest, "sampling"> {
  const limit = sampling.maxOutputTokens ?? budgetTokens;
  const fitting = limit === undefined ? sampling : { ...sampling, maxOutputTokens: Math.min(limit, room ?? Infinity) };
  return Object.keys(fitting).length > 0 ? { sampling: fitting } : {};
}
