/** What small programs can work out, with what each of them makes of it. */
export interface Task {
  /** Stands in front of every result, such as `25 * 4 = `. */
  readonly lead: string;
  /** The result, on one line. */
  readonly right: string;
  /** What a program with a flaw makes of it: often the same. */
  readonly sloppy: string;
  /** How the right result was found a second time, as a sentence. */
  readonly checked: string;
}

/** A result as the sentence that drafts begin with. */
export function claimOf({ lead }: Task, result: string): string {
  return `${lead}${result}.`;
}

/** The result that a text gives for the task; undefined for a text that gives none in the words of these programs. */
export function resultIn(text: string, { lead, right, sloppy }: Task): string | undefined {
  const at = text.indexOf(lead);
  if (at < 0) return undefined;
  const rest = text.slice(at + lead.length);
  // The longer one first: it may begin with the shorter one.
  const results = [right, sloppy].toSorted((a, b) => b.length - a.length);
  return results.find((result) => rest.startsWith(`${result}.`) && !/^\d/.test(rest.slice(result.length + 1)));
}
