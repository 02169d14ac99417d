import { agentsOf, type Choice, type ProposedAgent } from "./propose-team.ts";

/** A team in which models that are missing were replaced. */
interface MendedTeam {
  readonly agents: readonly ProposedAgent[];
  readonly replaced: readonly { readonly model: Choice; readonly by: Choice }[];
}

/**
 * The team with another model for each that is missing: the next one of the same service, or else the next of any, as
 * far as there are enough. Those that cannot be replaced stay.
 */
export function withStandIns(
  agents: readonly ProposedAgent[],
  missing: readonly Choice[],
  untried: readonly Choice[],
): MendedTeam {
  let left = untried;
  const replaced: { readonly model: Choice; readonly by: Choice }[] = [];
  for (const model of missing) {
    const by = left.find(({ type }) => type === model.type) ?? left[0];
    if (by === undefined) break;
    left = left.filter((choice) => choice !== by);
    replaced.push({ model, by });
  }
  const chosen = agents.map((agent) => replaced.find(({ model }) => model === agent)?.by ?? agent);
  return { agents: agentsOf(chosen), replaced };
}
