/** How deep the members of a cut object may stand. */
const deepest = 32;

/** How many characters of a text are looked at. */
const farthest = 1_000_000;

/**
 * The members of a JSON object that break off in the middle, as far as they are whole: `{"a":1,"b":[2,"thr` is `{a: 1,
 * b: [2]}`. What stands before the object, closed objects among it, is passed over. Undefined for a text in which no
 * object is cut. Its time grows with the length of the text, of which it looks at a million characters at most.
 */
export function wholeMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  const end = Math.min(text.length, farthest);
  /** What closes the brackets that are open. */
  let closers = "";
  let start = -1;
  let whole = { to: 0, depth: 0 };
  let inString = false;
  let isValue = false;
  for (let at = text.indexOf("{"); at >= 0 && at < end; at++) {
    const char = text.charAt(at);
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') {
        inString = false;
        if (isValue) whole = { to: at + 1, depth: closers.length };
      }
      continue;
    }
    if (closers === "" && char !== "{") continue;
    switch (char) {
      case '"':
        inString = true;
        break;
      case "{":
      case "[":
        if (closers === "") start = at;
        closers += char === "{" ? "}" : "]";
        if (closers.length > deepest) return undefined;
        whole = { to: at + 1, depth: closers.length };
        isValue = char === "[";
        break;
      case "}":
      case "]":
        if (closers.at(-1) !== char) return undefined;
        closers = closers.slice(0, -1);
        whole = { to: at + 1, depth: closers.length };
        break;
      case ",":
        whole = { to: at, depth: closers.length };
        isValue = closers.endsWith("]");
        break;
      case ":":
        isValue = true;
        break;
      default:
    }
  }
  if (closers === "") return undefined;
  return parsed(text.slice(start, whole.to) + Array.from(closers.slice(0, whole.depth)).reverse().join(""));
}

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(json) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
