/** How runs end, as the server's list names it, and in a word or two. */
export const outcomes: ReadonlyMap<string, string> = new Map([
  ["unanimous", "unanimous"],
  ["majority", "majority"],
  ["plurality", "most votes"],
  ["tied", "drawn by lot"],
  ["single", "one answer"],
  ["failed", "failed"],
  ["cancelled", "stopped"],
  ["open", "under way"],
]);

/** An outcome in a word or two. */
export function outcomeWords(outcome: string): string {
  return outcomes.get(outcome) ?? outcome;
}
