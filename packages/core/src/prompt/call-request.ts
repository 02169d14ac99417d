import type { Agent } from "../agent.ts";
import { ballotTokens } from "../coordination/ballot-tokens.ts";
import type { CallOrder } from "../coordination/effect.ts";
import { draw } from "../coordination/seeded.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { ChatRequest, Sampling, Tool } from "../model/chat-request.ts";
import type { RunRequest } from "../run-request.ts";
import { ballotMessage, newAnswerTool, voteTool } from "./ballot-prompt.ts";
import { conversationFor } from "./conversation.ts";
import { answerReminder } from "./format-prompt.ts";
import { presentationMessage } from "./presentation-prompt.ts";

/**
 * The request for one call of an agent; limits and signal are the caller's to add.
 *
 * @param nonce of the marks that set candidates apart: new for each call, and unknown to the authors of what is shown
 */
export function callRequest(
  agent: Agent,
  run: RunRequest,
  order: CallOrder,
  settings: CoordinationSettings,
  nonce: string,
): ChatRequest {
  const { purpose, retryOf } = order;
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
      return {
        messages: [...conversation, ...task, ...(retryOf ? answerReminder(retryOf) : [])],
        ...clientTools(run),
        ...(responseFormat && responseFormat.type !== "text" && { responseFormat }),
        ...answerSampling(agent, run, order),
        ...repetition,
      };
    }
    case "ballot": {
      const { candidates, revisable } = purpose;
      const tools: Tool[] = [voteTool(candidates, agent.local), ...(revisable ? [newAnswerTool] : [])];
      const conversation = conversationFor(agent.systemMessage, run.messages);
      const { votingSensitivity } = settings;
      const task = ballotMessage(purpose, votingSensitivity, responseFormat, nonce, retryOf?.problem);
      return {
        messages: [...conversation, task],
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

/** The client's sampling where the agent's own is silent. */
function answerSampling(agent: Agent, run: RunRequest, order: CallOrder): Pick<ChatRequest, "sampling"> {
  const seed = run.sampling?.seed;
  return within(order, {
    ...run.sampling,
    ...(seed !== undefined && { seed: seedOf(agent, seed) }),
    ...agent.sampling,
  });
}

/** Agents of one model would write the same with the client's own seed: each has one made of it. From 0 to 2^31 - 1, as all services take. */
function seedOf({ id }: Agent, seed: number): number {
  return Math.floor(draw(`seed ${seed}`, `sampling ${id}`) * 2 ** 31);
}

/** Ballots never follow the client's sampling, and a stop sequence could cut one. Of their own limit and the configuration's the lower holds. */
function ballotSampling(agent: Agent, order: CallOrder, mostTokens: number): Pick<ChatRequest, "sampling"> {
  const { stop: _, maxOutputTokens = Infinity, ...sampling } = agent.sampling ?? {};
  return within(order, { ...sampling, maxOutputTokens: Math.min(maxOutputTokens, mostTokens) });
}

/** An output limit that the context window has no room for is lowered; where there is none, none is made. */
function within({ maxOutputTokens: room }: CallOrder, sampling: Sampling): Pick<ChatRequest, "sampling"> {
  const { maxOutputTokens: limit } = sampling;
  const fitting =
    limit !== undefined && room !== undefined ? { ...sampling, maxOutputTokens: Math.min(limit, room) } : sampling;
  return Object.keys(fitting).length > 0 ? { sampling: fitting } : {};
}
