import type { Agent } from "../agent.ts";
import type { CallOrder } from "../coordination/effect.ts";
import type { Setup } from "../coordination/state.ts";

/**
 * The agent as the order calls it, on its first model or its fallback. Undefined if it is no longer in the team, or has
 * another model in this place.
 */
export function calledAgent(
  agents: readonly Agent[],
  { members }: Setup,
  { agentId, model }: CallOrder,
): Agent | undefined {
  const agent = agents.find(({ id }) => id === agentId);
  if (agent === undefined || model === "primary") return agent;
  const member = members.find(({ id }) => id === agentId);
  const { fallback, sampling: _, local: __, ...rest } = agent;
  return fallback?.model.model === member?.fallback?.model && fallback ? { ...rest, ...fallback } : undefined;
}

/** Why no call is made of an agent that there is not. */
export const notInTeam = {
  code: "configuration",
  message: "it is no longer in the team, or has another model",
} as const;
