/** The most tools that one line names. */
const mostNamed = 10;

/** Characters that a name may not bring into a line. */
const odd = /[^\w.:-]/g;

/** The trace line for tools that the team is not offered because they run at their vendor; none if there are none. */
export function leftOutRemark(names: readonly string[]): readonly string[] {
  const different = [...new Set(names)];
  if (different.length === 0) return [];
  const shown = different.slice(0, mostNamed).map((name) => name.slice(0, 64).replace(odd, "?"));
  const more = different.length > mostNamed ? ", ..." : "";
  return [`Tools left out: ${shown.join(", ")}${more}. Their vendor runs them; a team cannot.`];
}
