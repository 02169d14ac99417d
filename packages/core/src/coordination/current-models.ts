import type { CallOrder } from "./effect.ts";
import type { MemberModel, Setup, State } from "./state.ts";

/** The setup with the facts of the models that the agents call now: the fallback's, once it has taken over. */
export function currentSetup({ setup, agents }: Pick<State, "setup" | "agents">): Setup {
  if (setup.members.every(({ fallback }) => fallback === undefined)) return setup;
  const members = setup.members.map((member) => {
    const { id, fallback } = member;
    return fallback !== undefined && agents.get(id)?.model === "fallback" ? { id, ...fallback } : member;
  });
  return { ...setup, members };
}

/** The model that a call was made of; undefined for one that there is not. */
export function calledModel(
  { members }: Pick<Setup, "members">,
  { agentId, model }: Pick<CallOrder, "agentId" | "model">,
): MemberModel | undefined {
  const member = members.find(({ id }) => id === agentId);
  return model === "fallback" ? member?.fallback : member;
}
