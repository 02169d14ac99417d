import type { PlannedTeam } from "@massgen/config";
import type { Registry } from "@massgen/providers";
import { buildTeam, type BuiltTeam } from "./built-team.ts";

/** A team that is served, and what it was made of. */
export interface ServedTeam extends Pick<PlannedTeam, "name" | "agents">, Partial<Pick<PlannedTeam, "coordination">> {
  readonly built: BuiltTeam;
}

export function serveTeam(plan: Omit<ServedTeam, "built">, registry: Registry): ServedTeam {
  return { ...plan, built: buildTeam(plan.agents, registry, plan.coordination) };
}
