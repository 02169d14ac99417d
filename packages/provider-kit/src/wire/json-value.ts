/** A JSON object of unknown shape, as upstreams send them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object, not an array or null. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

const none: readonly never[] = [];

/** The value as a list; anything else is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none;
}

/** The objects among the first `most` entries of a list. Called for each event. */
export function objectsIn(value: unknown, most = Infinity): readonly JsonObject[] {
  const list = listOf(value);
  if (list.length === 0) return none;
  const objects: JsonObject[] = [];
  const end = Math.min(list.length, most);
  for (let at = 0; at < end; at += 1) {
    const object = objectOf(list[at]);
    if (object !== undefined) objects.push(object);
  }
  return objects;
}

/** The value as a string with at least one character. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value as a finite number. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** From this length on, a text is checked before it is parsed. */
const longText = 64 * 1024;

/** The deepest nesting of a long text: the parser takes a hundred times as long for brackets that stay open. */
const deepest = 2000;

/**
 * Parses a JSON text; undefined when it is not one, and for one of more than 64 K characters that nests deeper than
 * 2000.
 * @param parse `parseToRewrite` for what is to be written again
 */
export function parseJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  if (text.length > longText && nestsTooDeep(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a JSON text; undefined for a value that is nested deeper than can be written. */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(text, at, start)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

/** Whether an odd number of backslashes stands before this place. */
function isEscaped(text: string, at: number, start: number): boolean {
  let from = at;
  while (from - 1 > start && text.charCodeAt(from - 1) === 0x5c) from -= 1;
  return (at - from) % 2 === 1;
}
