/** The deepest nesting of a cut object's members. */
const deepest = 32;

/** The most characters of a text that are read. */
const farthest = 1_000_000;

/**
 * The complete members of a JSON object that is cut off: `{"a":1,"b":[2,"thr` gives `{a: 1, b: [2]}`. Text before the
 * object is skipped, including complete objects. Undefined if no object is cut off. Takes linear time and reads at most
 * a million characters.
 */
export function wholeMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  const end = Math.min(text.length, farthest);
  /** The closing characters of the open brackets. */
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
