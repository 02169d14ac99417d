/** What a call is made for, in a word. */
export function callPhase(phase: "draft" | "ballot" | "presentation"): string {
  switch (phase) {
    case "draft":
      return "draft";
    case "ballot":
      return "vote";
    case "presentation":
      return "answer";
  }
}

const results: ReadonlyMap<string, string> = new Map([
  ["ok", "done"],
  ["rejected", "of no use"],
  ["aborted", "called off"],
  ["unsent", "never sent"],
  ["lost", "lost with its process"],
]);

/** How a call ended: in a word, or the code of its failure. */
export function callResult(result: string): string {
  return results.get(result) ?? `failed: ${result.replaceAll("-", " ")}`;
}
