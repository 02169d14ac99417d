import type { Candidate } from "./candidate.ts";
import type { CoordinationSettings } from "./settings.ts";
import { shuffle } from "./seeded.ts";

/**
 * The order in which a reader sees the candidates. A base order is drawn for each round or presentation, and each
 * reader's list starts after its own place in it. Over all readers, every candidate takes every position equally often.
 *
 * @param place position of the reader in the team, used when it wrote no candidate
 */
export function orderFor(
  reader: string,
  place: number,
  candidates: readonly Candidate[],
  seed: string,
  occasion: string,
): readonly Candidate[] {
  const base = shuffle(candidates, seed, `order ${occasion}`);
  const own = base.findLastIndex((candidate) => candidate.agentId === reader);
  const start = (own === -1 ? place : own) + 1;
  return base.map((_, i) => base[(start + i) % base.length] as Candidate);
}

/** Whether a voter's own answers stay off its ballot. */
export function excludesOwn(rule: CoordinationSettings["selfVotes"], candidates: readonly Candidate[]): boolean {
  switch (rule) {
    case "allow":
      return false;
    case "exclude":
      return true;
    case "auto":
      return new Set(candidates.map((candidate) => candidate.agentId)).size >= 3;
  }
}
