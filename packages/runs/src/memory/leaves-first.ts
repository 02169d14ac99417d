import type { MemoryEntry } from "./entry.ts";

/** What there is to be room for. */
export interface Newcomer {
  readonly owner: string;
  /** A run that no client asked for pushes out none that one did. */
  readonly historyOnly: boolean;
  readonly chars: number;
  readonly runs: 0 | 1;
}

/**
 * The run that leaves where there is no more room: of those kept for history only the one that ended first; then of the
 * owner with the most the one that ended first, so that no client can push out what others asked for.
 *
 * @param entries those that have ended in the order of their ends
 * @param short what there is too much of
 * @returns its id; undefined if none may leave
 */
export function leavesFirst(
  entries: ReadonlyMap<string, MemoryEntry>,
  short: "chars" | "runs",
  newcomer: Newcomer,
): string | undefined {
  const owners = new Map<string, { size: number; first?: string }>([[newcomer.owner, { size: newcomer[short] }]]);
  for (const [id, { summary, chars }] of entries) {
    const ended = summary.end !== undefined;
    if (ended && summary.historyOnly === true) return id;
    const owner = owners.get(summary.owner) ?? { size: 0 };
    owners.set(summary.owner, owner);
    owner.size += short === "chars" ? chars : 1;
    if (ended) owner.first ??= id;
  }
  if (newcomer.historyOnly) return undefined;
  const [fullest] = [...owners.values()].filter(({ first }) => first !== undefined).sort((a, b) => b.size - a.size);
  return fullest?.first;
}
