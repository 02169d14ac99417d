/**
 * A mark of one or two characters for each agent, each different: the first letter; where several have that, with the
 * last character as well; else the number of its place.
 */
export function marksOf(ids: readonly string[]): ReadonlyMap<string, string> {
  const first = ids.map((id) => letters(id)[0] ?? "?");
  const both = ids.map((id, at) => `${first[at]}${letters(id).at(-1) ?? ""}`);
  return new Map(ids.map((id, at) => [id, markAt(at, first, both)]));
}

function markAt(at: number, first: readonly string[], both: readonly string[]): string {
  if (isAlone(first, at)) return first[at] ?? "";
  return isAlone(both, at) ? (both[at] ?? "") : String(at + 1);
}

function isAlone(marks: readonly string[], at: number): boolean {
  return marks.every((mark, other) => other === at || mark !== marks[at]);
}

function letters(id: string): readonly string[] {
  return Array.from(id.toUpperCase());
}
