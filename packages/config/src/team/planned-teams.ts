import type { AgentConfig, MassgenConfig } from "../config.ts";

/** A team before it is made: its agents and their settings. */
export interface PlannedTeam {
  /** Absent where all agents are one team. */
  readonly name?: string;
  /** At least one. */
  readonly agents: readonly AgentConfig[];
  readonly coordination: MassgenConfig["coordination"];
}

/**
 * The teams of a configuration, in its order; without `teams`, all agents are one.
 * @param agents those of the configuration, each with the type of its backend
 */
export function plannedTeams(
  { teams, coordination }: Pick<MassgenConfig, "teams" | "coordination">,
  agents: readonly AgentConfig[],
): readonly PlannedTeam[] {
  if (teams.length === 0) return [{ agents, coordination }];
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  return teams.map((team) => ({ ...team, agents: team.agents.flatMap((id) => byId.get(id) ?? []) }));
}
