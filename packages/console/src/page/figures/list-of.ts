/** Names in a sentence: `ada`, `ada and bob`, `ada, bob and cyd`. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
