/** The most tools that one line names. */
const mostNamed = 10;

/** Characters that would break a trace line. */
const odd = /[^\w.:-]/g;

/** The trace line for tools that the team does not get because they run at their vendor; none without such tools. */
export function leftOutRemark(names: readonly string[]): readonly string[] {
  const different = [...new Set(names)];
  if (different.length === 0) return [];
  const shown = different.slice(0, mostNamed).map((name) => name.slice(0, 64).replace(odd, "?"));
  const more = different.length > mostNamed ? ", ..." : "";
  return [`Tools left out: ${shown.join(", ")}${more}. They run at their vendor; a team cannot call them.`];
}
