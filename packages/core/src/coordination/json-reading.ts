/** The value of a JSON text, and whether it is written plainly. */
export interface JsonReading {
  /**
   * The value with sorted keys, without blanks, and with numbers and strings in one form: equal for equal values only.
   */
  readonly canonical: string;
  /** Every parser finds the same value: no object repeats a key, not even by an escape. */
  readonly unambiguous: boolean;
  /** Written the way people and programs write JSON: no blanks beyond indentation, no signed zero. */
  readonly ordinary: boolean;
}

const maxChars = 200_000;
const maxDepth = 100;
/** Blanks allowed between two tokens, per level of nesting. */
const blanksPerLevel = 8;

/** An object or list that is being read. */
interface Level {
  readonly object: boolean;
  /** The items of a list, or the members of an object, each with its key in front. */
  readonly items: string[];
  readonly keys: string[];
}

/**
 * Reads a JSON text in one pass, without recursion. Undefined if it is not JSON, has more than 200,000 characters, or
 * is nested more than 100 deep. Numbers compare by value if a double holds them exactly, otherwise by their spelling.
 */
export function readJson(text: string): JsonReading | undefined {
  return isJson(text) ? new Reader(text).read() : undefined;
}

function isJson(text: string): boolean {
  // Most answers are prose, and a failed parse costs more than all the other rules of a run.
  if (text.length > maxChars || !/^\s*[[{"\d\-tfn]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Walks through a text that is known to be JSON. */
class Reader {
  readonly #text: string;
  readonly #levels: Level[] = [];
  #at = 0;
  #unambiguous = true;
  #ordinary = true;
  #canonical = "";

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonReading | undefined {
    const text = this.#text;
    for (this.#skipBlanks(); this.#at < text.length; this.#skipBlanks()) {
      const char = text[this.#at];
      switch (char) {
        case ",":
        case ":":
          this.#at++;
          break;
        case "[":
        case "{":
          if (this.#levels.length === maxDepth) return undefined;
          this.#levels.push({ object: char === "{", items: [], keys: [] });
          this.#at++;
          break;
        case "]":
        case "}":
          this.#put(this.#written(this.#levels.pop() as Level));
          this.#at++;
          break;
        case '"':
          this.#put(this.#string());
          break;
        default:
          this.#put(this.#word());
      }
    }
    return { canonical: this.#canonical, unambiguous: this.#unambiguous, ordinary: this.#ordinary };
  }

  #put(value: string): void {
    const level = this.#levels.at(-1);
    if (level === undefined) {
      this.#canonical = value;
    } else if (level.object && level.keys.length === level.items.length) {
      level.keys.push(value);
    } else {
      level.items.push(level.object ? `${level.keys.at(-1)}:${value}` : value);
    }
  }

  #written({ object, items, keys }: Level): string {
    if (!object) return `[${items.join(",")}]`;
    keys.sort();
    if (keys.some((key, i) => i > 0 && key === keys[i - 1])) this.#unambiguous = false;
    return `{${items.sort().join(",")}}`;
  }

  #skipBlanks(): void {
    const start = this.#at;
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at - start > 2 + blanksPerLevel * (this.#levels.length + 1)) this.#ordinary = false;
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] !== "\\") continue;
      escaped = true;
      this.#at++;
    }
    const token = this.#text.slice(start, ++this.#at);
    return escaped || !token.isWellFormed() ? JSON.stringify(JSON.parse(token)) : token;
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !endsWord(this.#text.charCodeAt(this.#at))) this.#at++;
    const token = this.#text.slice(start, this.#at);
    if (/^[tfn]/.test(token)) return token;
    if (Object.is(Number(token), -0)) this.#ordinary = false;
    return canonicalNumber(token);
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** A comma, a closing bracket or brace, a blank. */
function endsWord(code: number): boolean {
  return code === 0x2c || code === 0x5d || code === 0x7d || isBlank(code);
}

/**
 * 1.0, 1e0 and 1 are the same number, as are 0 and -0. Beyond 15 digits or the range of a double, parsers differ, so
 * the spelling decides.
 */
function canonicalNumber(token: string): string {
  const value = Number(token);
  const [mantissa = ""] = token.split(/[eE]/, 1);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "");
  const inRange = digits === "" || (Math.abs(value) >= 1e-300 && Math.abs(value) <= 1e300);
  return digits.length <= 15 && inRange ? JSON.stringify(value) : token;
}
