import { parseJson } from "../wire/json-value.ts";

/** How many brackets that nothing closes are looked into: each costs a walk to the end of the text. */
export const mostLooseBrackets = 20;

/**
 * The JSON objects and arrays in a text, outermost ones only, in order. Two mistakes that models often make are overlooked: line breaks
 * and tabs as they are inside strings, and a comma after the last member.
 */
export function jsonIn(text: string): readonly unknown[] {
  const values: unknown[] = [];
  let loose = 0;
  for (let at = 0; at < text.length && loose < mostLooseBrackets; at += 1) {
    if (text[at] !== "{" && text[at] !== "[") continue;
    const found = jsonAt(text, at);
    if (found === undefined) {
      loose += 1;
      continue;
    }
    values.push(found.value);
    at = found.end;
  }
  return values;
}

/** The JSON object or array that begins at `start`, and where its last character stands; undefined when there is none. */
export function jsonAt(text: string, start: number): { readonly value: unknown; readonly end: number } | undefined {
  const found = scan(text, start);
  const value = found === undefined ? undefined : parseJson(found.json);
  return found === undefined || value === undefined ? undefined : { value, end: found.end };
}

/** The balanced piece that begins at `start`, mended, and where its last character stands. */
function scan(text: string, start: number): { json: string; end: number } | undefined {
  const pieces: string[] = [];
  let depth = 0;
  let inString = false;
  /** Where the last comma went, as long as only blanks follow it. */
  let comma = -1;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (inString) {
      if (character === "\\") {
        pieces.push(text.slice(at, at + 2));
        at += 1;
        continue;
      }
      if (character === '"') inString = false;
      pieces.push(escapes[character] ?? character);
      continue;
    }
    if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (comma >= 0) pieces[comma] = "";
    }
    pieces.push(character);
    if (depth === 0) return { json: pieces.join(""), end: at };
    if (character === ",") comma = pieces.length - 1;
    else if (character.trim() !== "") comma = -1;
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
