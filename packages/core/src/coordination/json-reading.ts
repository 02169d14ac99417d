/** What a JSON text says, and how plainly it says it. */
export interface JsonReading {
  /** The value with its keys in order, without blanks, numbers and strings in one form: equal for equal values only. */
  readonly canonical: string;
  /** Every reader finds the same value: no key stands twice in an object, by whatever escape. */
  readonly unambiguous: boolean;
  /** Written as people and programs write JSON: no blanks beyond indentation, no zero with a sign. */
  readonly ordinary: boolean;
}

const maxChars = 200_000;
const maxDepth = 100;
/** Blanks that may stand between two tokens, for each level of nesting. */
const blanksPerLevel = 8;

/** An object or a list that is being read. */
interface Level {
  readonly object: boolean;
  /** The items; of an object its members, each with its key in front. */
  readonly items: string[];
  readonly keys: string[];
}

/**
 * Reads a JSON text in one pass, without recursion. Undefined for what is not JSON, has more than 200,000 characters or is nested
 * more than 100 deep. Numbers count by value where a double holds them as they are written, else by their spelling.
 */
export function readJson(text: string): JsonReading | undefined {
  return isJson(text) ? new Reader(text).read() : undefined;
}

function isJson(text: string): boolean {
  // Most answers are prose: a parse that fails costs more than all of their run's other rules.
  if (text.length > maxChars || !/^\s*[[{"\d\-tfn]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Goes through a text that is known to be JSON. */
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
 * 1.0, 1e0 and 1 are one number, as are 0 and -0. Beyond 15 digits or a double's range readers differ: there the
 * spelling counts.
 */
function canonicalNumber(token: string): string {
  const value = Number(token);
  const [mantissa = ""] = token.split(/[eE]/, 1);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "");
  const inRange = digits === "" || (Math.abs(value) >= 1e-300 && Math.abs(value) <= 1e300);
  return digits.length <= 15 && inRange ? JSON.stringify(value) : token;
}
