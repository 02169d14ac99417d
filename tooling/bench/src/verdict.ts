/** Prints whether a figure kept within its bound, and passes that on. */
export function verdict(bound: string, kept: boolean): boolean {
  console.log(`${bound}: ${kept ? "pass" : "FAIL"}`);
  return kept;
}

/** Prints what failed, and whether nothing did. */
export function noFailures(who: string, failures: readonly string[]): boolean {
  const kinds = Map.groupBy(failures, (message) => message);
  for (const [message, all] of kinds) console.log(`${who}, ${all.length} times: ${message}`);
  return failures.length === 0;
}
