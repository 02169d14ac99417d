import type { Agent } from "../agent.ts";
import { tokensOfChars } from "../coordination/budget.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { Setup } from "../coordination/state.ts";
import { charsOf, conversationFor, holdsImages } from "../prompt/conversation.ts";
import type { RunRequest } from "../run-request.ts";

// What a call is taken to write when nobody limits it; matters for token budgets only.
const assumedOutputTokens = 2048;

/** What the rules need to know of a team and a request. */
export function setupFor(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  runId: string,
): Setup {
  const images = holdsImages(request.messages);
  const toolChars = request.tools === undefined ? 0 : JSON.stringify(request.tools).length;
  const seed = request.sampling?.seed === undefined ? runId : `seed ${request.sampling.seed}`;
  return {
    members: agents.map((agent) => ({
      id: agent.id,
      model: agent.model.model,
      able: !images || agent.model.capabilities?.images !== false,
      promptTokens: tokensOfChars(charsOf(conversationFor(agent.systemMessage, request.messages)) + toolChars),
      outputTokens: agent.sampling?.maxOutputTokens ?? request.sampling?.maxOutputTokens ?? assumedOutputTokens,
      // The client's limit never applies to ballots.
      ballotTokens: agent.sampling?.maxOutputTokens ?? assumedOutputTokens,
    })),
    settings: { ...settings, deadlineMs: Math.min(settings.deadlineMs, request.deadlineMs ?? Infinity) },
    delivery: request.delivery ?? "live",
    seed,
  };
}
