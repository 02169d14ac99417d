import { meets, questionOf, type RunFilter, type RunSummary } from "@massgen/runs";
import type { OpenRun, OpenRuns } from "./open-runs.ts";
import type { Whose } from "./whose.ts";

/** A run as lists show it. One that is driven here for its client has no place in a store yet. */
export type ListedRun = Omit<RunSummary, "bytes" | "rules" | "expiresAtMs"> & Partial<Pick<RunSummary, "expiresAtMs">>;

/**
 * The runs under way here that a filter lets through, the newest first.
 * @param ownerIn an owner as the store knows it
 */
export async function openRunsFor(
  open: OpenRuns,
  whose: Whose,
  filter: Omit<RunFilter, "owner">,
  ownerIn: (owner: string | undefined) => Promise<string>,
): Promise<readonly ListedRun[]> {
  const seen = open.all().filter(({ owner }) => whose === "everybody" || whose.owner === owner);
  const listed = await Promise.all(seen.map(async (run) => listedRun(run, await ownerIn(run.owner))));
  return listed.filter((run) => meets(run, filter)).reverse();
}

function listedRun({ run, wire, team, model, request, background, kept }: OpenRun, owner: string): ListedRun {
  return {
    id: run.id,
    owner,
    wire: wire.path,
    background,
    ...(kept?.stored === false && { historyOnly: true }),
    team: team.model ?? model,
    createdAtMs: run.record().setup.startedAt,
    question: questionOf(request),
  };
}
