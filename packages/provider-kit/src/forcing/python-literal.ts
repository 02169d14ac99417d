import type { JsonObject } from "../wire/json-value.ts";

/** How deep lists and dictionaries may stand in one another. */
const deepest = 16;

/** Reads Python literals from a text in one pass. */
export interface LiteralReader {
  /** Passes over blanks, and over this character if it comes next. */
  readonly takes: (character: string) => boolean;
  /** The name before `=`, which is passed over as well. */
  readonly name: () => string | undefined;
  /** A literal; undefined when there is none. `None` is null. */
  readonly value: (depth: number) => unknown;
  /** Where it stands. */
  readonly at: () => number;
}

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["True", true],
  ["true", true],
  ["False", false],
  ["false", false],
  ["None", null],
  ["null", null],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\n", ""],
]);

/**
 * Makes a reader that begins at `start`. Numbers, texts, lists and dictionaries are read, and JSON's words beside
 * Python's.
 *
 * @param last where reading ends
 */
export function createLiteralReader(text: string, start: number, last: number): LiteralReader {
  const end = Math.min(text.length, last);
  let at = start;

  function skipBlanks(): void {
    while (at < end && isBlank(text.charCodeAt(at))) at += 1;
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(text);
  }

  function takes(character: string): boolean {
    skipBlanks();
    if (at >= end || text[at] !== character) return false;
    at += 1;
    return true;
  }

  function string(): string | undefined {
    const quote = match(/"""|'''|"|'/y)?.[0];
    if (quote === undefined) return undefined;
    at += quote.length;
    const pieces: string[] = [];
    for (let from = at; at < end;) {
      if (text[at] === "\\") {
        pieces.push(text.slice(from, at), escaped());
        from = at;
      } else if (text.startsWith(quote, at)) {
        pieces.push(text.slice(from, at));
        at += quote.length;
        return pieces.join("");
      } else at += 1;
    }
    return undefined;
  }

  /** The character of an escape; behind an unknown escape, the character itself. */
  function escaped(): string {
    const code = match(/\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/y);
    if (code !== null) {
      at += code[0].length;
      return String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? "", 16));
    }
    const character = text.charAt(at + 1);
    at += 2;
    return escapes.get(character) ?? character;
  }

  function list(close: string, depth: number): unknown[] | undefined {
    const items: unknown[] = [];
    for (;;) {
      if (takes(close)) return items;
      const item = value(depth);
      if (item === undefined) return undefined;
      items.push(item);
      if (!takes(",")) return takes(close) ? items : undefined;
    }
  }

  function dictionary(depth: number): JsonObject | undefined {
    const entries: [string, unknown][] = [];
    for (;;) {
      if (takes("}")) return Object.fromEntries(entries);
      skipBlanks();
      const key = string();
      if (key === undefined || !takes(":")) return undefined;
      const item = value(depth);
      if (item === undefined) return undefined;
      entries.push([key, item]);
      if (!takes(",")) return takes("}") ? Object.fromEntries(entries) : undefined;
    }
  }

  function value(depth: number): unknown {
    skipBlanks();
    if (at >= end || depth > deepest) return undefined;
    if (takes("[")) return list("]", depth + 1);
    if (takes("{")) return dictionary(depth + 1);
    const plain = match(/-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?(?!\w)|[A-Za-z]{4,5}(?!\w)/y)?.[0];
    if (plain === undefined) return string();
    const known = words.has(plain) ? words.get(plain) : Number(plain);
    if (typeof known === "number" && !Number.isFinite(known)) return undefined;
    at += plain.length;
    return known;
  }

  return {
    takes,
    name() {
      skipBlanks();
      const found = match(/([A-Za-z_]\w{0,63})[ \t]{0,8}=(?!=)/y);
      if (found === null) return undefined;
      at += found[0].length;
      return found[1];
    },
    value,
    at: () => at,
  };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
