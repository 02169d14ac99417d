/** Of a text, what is looked at: an answer stands at its end. */
const mostChars = 200_000;
/** The longest line that may state an answer. */
const longestLine = 2000;

/**
 * The answer that a text states as its own, the last one: behind `Answer:`, `the answer is` or `####`, or in `\boxed{}`.
 * Undefined where it states none. Reads the last 200,000 characters.
 */
export function statedAnswer(text: string): string | undefined {
  const end = text.slice(-mostChars);
  const boxed = boxedAnswer(end);
  if (boxed !== undefined) return boxed;
  const lines = end.split("\n");
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = (lines[at] ?? "").slice(0, longestLine);
    const stated = statedIn(line);
    if (stated === undefined) continue;
    if (stated !== "") return stated;
    // `Final answer:` as a heading of its own.
    const next = lines.slice(at + 1).find((other) => bare(other) !== "");
    if (next !== undefined) return bare(next.slice(0, longestLine));
  }
  return undefined;
}

/** A line without marks of Markdown, and without blanks around it. */
function bare(line: string): string {
  return line
    .replaceAll(/[*_`]/g, "")
    .replace(/^[\s>]+/, "")
    .trim();
}

const markers = ["answer:", "answer is:", "answer is", "answer ="];

/** What a line states; empty where what it states must follow. */
function statedIn(line: string): string | undefined {
  const plain = bare(line);
  if (plain.startsWith("####")) return plain.slice(4).trim();
  const lower = plain.toLowerCase();
  // Lower case may be longer than what it is of.
  if (lower.length !== plain.length) return undefined;
  const found = markers.map((marker) => ({ marker, at: lower.lastIndexOf(marker) })).filter(({ at }) => at >= 0);
  const best = found.toSorted((a, b) => b.at - a.at || b.marker.length - a.marker.length)[0];
  return best && plain.slice(best.at + best.marker.length).trim();
}

/** What stands in the last `\boxed{}`. */
function boxedAnswer(text: string): string | undefined {
  const start = text.lastIndexOf("\\boxed{");
  if (start < 0) return undefined;
  let depth = 0;
  const from = start + "\\boxed{".length;
  for (let at = from; at < Math.min(text.length, from + longestLine); at++) {
    const character = text.charAt(at);
    if (character === "{") depth += 1;
    if (character === "}" && depth === 0) return text.slice(from, at).trim();
    if (character === "}") depth -= 1;
  }
  return undefined;
}
