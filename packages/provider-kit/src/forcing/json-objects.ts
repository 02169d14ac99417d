import { parseJson } from "../wire/json-value.ts";
import { createLiteralReader } from "./python-literal.ts";

/** How many unclosed brackets are examined. Each costs a walk to the end of the text. */
export const mostLooseBrackets = 20;

/** The most values that are found in one text, the last ones. */
export const mostValues = 1000;

/** The number of characters that may still be walked over in one text. */
export interface Walk {
  left: number;
}

/** Makes the bound for one text: all of {@link mostLooseBrackets} in a short text, four walks in a long one. */
export function walkFor(text: string): Walk {
  return { left: Math.max(4 * text.length, Math.min(mostLooseBrackets * text.length, 1_000_000)) };
}

/** A JSON value, and where its first and its last character stand. */
export interface FoundJson {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

/**
 * The JSON objects and arrays in a text, outermost ones only, in order; of more than {@link mostValues} the last ones.
 * Two common mistakes of models are tolerated: raw line breaks and tabs inside strings, and a comma after the last
 * member.
 *
 * Goes over no more characters than `walk` has left, and parses what is closed once.
 */
export function jsonIn(text: string, walk: Walk = walkFor(text)): readonly FoundJson[] {
  const values: FoundJson[] = [];
  let loose = 0;
  for (let at = nextBracket(text, 0); at >= 0 && loose < mostLooseBrackets; at = nextBracket(text, at + 1)) {
    const found = jsonAt(text, at, walk);
    if (found === undefined) {
      loose += 1;
      continue;
    }
    values.push({ ...found, start: at });
    if (values.length === 2 * mostValues) values.splice(0, mostValues);
    at = found.end;
  }
  return values.slice(-mostValues);
}

function nextBracket(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === openBrace || code === openBracket) return at;
  }
  return -1;
}

/**
 * The JSON object or array that begins at `start`, and where its last character stands; undefined when there is none.
 */
export function jsonAt(
  text: string,
  start: number,
  walk: Walk,
): { readonly value: unknown; readonly end: number } | undefined {
  const found = balancedAt(text, start, walk);
  if (found === undefined) return pythonAt(text, start, walk);
  const json = text.slice(start, found.end + 1);
  const value = parseJson(found.flawed ? mended(json) : json);
  return value === undefined ? pythonAt(text, start, walk) : { value, end: found.end };
}

/** A list or dictionary as Python writes it, with single quotes. */
function pythonAt(text: string, start: number, walk: Walk): { value: unknown; end: number } | undefined {
  if (!/^[[{][\s[{]{0,16}'/.test(text.slice(start, start + 20))) return undefined;
  const reader = createLiteralReader(text, start, start + walk.left);
  const value = reader.value(0);
  walk.left -= reader.at() - start;
  return typeof value === "object" && value !== null ? { value, end: reader.at() - 1 } : undefined;
}

const [openBrace, openBracket, closeBrace, closeBracket] = [0x7b, 0x5b, 0x7d, 0x5d];
const [quote, backslash, comma, lineFeed, carriageReturn, tab, blank] = [0x22, 0x5c, 0x2c, 0x0a, 0x0d, 0x09, 0x20];

function isBlank(code: number): boolean {
  return code === blank || code === lineFeed || code === carriageReturn || code === tab;
}

/** Where the balanced piece that begins at `start` ends, and whether it has one of the tolerated mistakes. */
function balancedAt(text: string, start: number, walk: Walk): { end: number; flawed: boolean } | undefined {
  const last = Math.min(text.length, start + walk.left);
  let depth = 0;
  let inString = false;
  let flawed = false;
  let behindComma = false;
  let at = start;
  for (; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
      else if (code === lineFeed || code === carriageReturn || code === tab) flawed = true;
      continue;
    }
    if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      flawed ||= behindComma;
      if (depth === 0) break;
    }
    behindComma = code === comma || (behindComma && isBlank(code));
  }
  walk.left -= Math.min(at, last) - start;
  return depth === 0 && at < last ? { end: at, flawed } : undefined;
}

/** Corrects the tolerated mistakes in a balanced piece. */
function mended(json: string): string {
  const pieces: string[] = [];
  /** The position up to which the text was copied. */
  let from = 0;
  let inString = false;
  /** Where the last comma stands, as long as only blanks follow it. */
  let lastComma = -1;
  function replace(at: number, length: number, replacement: string): void {
    pieces.push(json.slice(from, at), replacement);
    from = at + length;
  }
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
      else if (code === lineFeed) replace(at, 1, "\\n");
      else if (code === carriageReturn) replace(at, 1, "\\r");
      else if (code === tab) replace(at, 1, "\\t");
      continue;
    }
    if (code === quote) inString = true;
    else if ((code === closeBrace || code === closeBracket) && lastComma >= 0) replace(lastComma, 1, "");
    if (code === comma) lastComma = at;
    else if (!isBlank(code)) lastComma = -1;
  }
  return [...pieces, json.slice(from)].join("");
}
