import type { BacklogLimits } from "@massgen/runs";

/** How many runs are kept in memory. */
export const mostInMemory = 1000;

/** Characters that a megabyte holds at least. */
const charsPerMb = (1024 * 1024) / 2;

/** How many characters memory of this size has room for. */
export function charsIn(memoryMb: number): number {
  return memoryMb * charsPerMb;
}

/** Of memory, runs that wait take half at most: there has to be room for those under way, and for answers. */
export function waitingInMemory({ runs, bytes }: BacklogLimits, memoryMb: number): BacklogLimits {
  return { runs: Math.min(runs, mostInMemory / 2), bytes: Math.min(bytes, charsIn(memoryMb) / 2) };
}
