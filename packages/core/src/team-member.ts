import type { Agent } from "./agent.ts";
import type { ChatModel } from "./model/chat-model.ts";

/**
 * What {@link createTeam} takes as an agent: an agent, one without an id, or a bare model. An id is then made of the
 * model's name.
 */
export type TeamMember = ChatModel | (Omit<Agent, "id"> & { readonly id?: string });

/** Names of models come from anywhere; an id is read in every line of a trace. */
const longestId = 64;

/**
 * The members as agents, each with an id and with what its model says about where it runs. Ids that were given are not
 * checked here; those made of a name are legal, and no other member has them.
 */
export function agentsOf(members: readonly TeamMember[]): readonly Agent[] {
  const bare = members.map((member) => ("stream" in member ? { model: member } : member));
  const taken = new Set(["orchestrator", ...bare.flatMap(({ id }) => (id === undefined ? [] : [id]))]);
  return bare.map((member): Agent => {
    const id = member.id ?? idFor(member.model.model, taken);
    taken.add(id);
    const local = member.local ?? member.model.capabilities?.local;
    return { ...member, id, ...(local !== undefined && { local }) };
  });
}

/** `gpt-4o`, and `gpt-4o-2` for the second of that name. */
function idFor(model: string, taken: ReadonlySet<string>): string {
  const legal = model.slice(0, longestId).replaceAll(/[^A-Za-z0-9.-]/g, "-");
  const base = /[A-Za-z0-9]/.test(legal) ? legal : "agent";
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  return id;
}
