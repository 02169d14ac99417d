/** What a reader calls the candidate at a position of its list. */
export function labelAt(index: number): string {
  return `agent${index + 1}`;
}

/** A label as models write it, its number captured: `agent2`, `Agent 2`, `agent_2`. */
export const labelPattern = String.raw`agent[\s_]?(\d{1,4})`;

/**
 * Replaces the labels in a vote's reason, which mean positions on the voter's ballot, by other names for the same candidates.
 * Labels beyond the list stay as they are.
 */
export function relabel(reason: string, names: readonly string[]): string {
  return reason.replace(
    new RegExp(String.raw`\b${labelPattern}\b`, "gi"),
    (label, digits: string) => names[Number(digits) - 1] ?? label,
  );
}

/** Text as one line: runs of line breaks and other control characters (tabs apart) become a blank. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what must go
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
