import type { Agent, AgentModel } from "./agent.ts";
import type { ChatModel } from "./model/chat-model.ts";

/**
 * What {@link createTeam} accepts as an agent: an agent, one without an id, or a bare model. A missing id is made from
 * the model's name.
 */
export type TeamMember = ChatModel | (Omit<Agent, "id"> & { readonly id?: string });

/** Model names can have any length, and every trace line shows an id. */
const longestId = 64;

/**
 * Gives every member an id and its model's `local` flag. Given ids are not checked here; those made from names are
 * valid and unique.
 */
export function agentsOf(members: readonly TeamMember[]): readonly Agent[] {
  const bare = members.map((member) => ("stream" in member ? { model: member } : member));
  const taken = new Set(["orchestrator", ...bare.flatMap(({ id }) => (id === undefined ? [] : [id]))]);
  return bare.map((member): Agent => {
    const id = member.id ?? idFor(member.model.model, taken);
    taken.add(id);
    const fallback = member.fallback && withLocal(member.fallback);
    return { ...withLocal(member), id, ...(fallback && { fallback }) };
  });
}

function withLocal<M extends AgentModel>(used: M): M {
  const local = used.local ?? used.model.capabilities?.local;
  return { ...used, ...(local !== undefined && { local }) };
}

/** `gpt-4o`, then `gpt-4o-2` for a second agent of that name. */
function idFor(model: string, taken: ReadonlySet<string>): string {
  const legal = model.slice(0, longestId).replaceAll(/[^A-Za-z0-9.-]/g, "-");
  const base = /[A-Za-z0-9]/.test(legal) ? legal : "agent";
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  return id;
}
