/** The limits of a JSON body's structure. */
export interface JsonLimits {
  /** The deepest nesting of lists and objects. */
  readonly depth: number;
  /** All values: strings, numbers, `true`, `false`, `null`, lists and objects. */
  readonly values: number;
  /** Different field names. */
  readonly keys: number;
}

/** What a JSON text contains, as counts. */
export interface JsonFigures {
  depth: number;
  values: number;
  keys: number;
  /** Bytes. */
  length: number;
  /** Backslashes. */
  escapes: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** The kind of each byte outside strings; one not listed is part of a number or word. */
const kinds = new Uint8Array(256);
const [blank, opensObject, opensList, closes, comma, colon, quotes] = [1, 2, 3, 4, 5, 6, 7];
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) kinds[byte] = blank;
kinds[0x7b] = opensObject;
kinds[0x5b] = opensList;
kinds[0x7d] = closes;
kinds[0x5d] = closes;
kinds[0x2c] = comma;
kinds[0x3a] = colon;
kinds[quote] = quotes;

/** Seeds the hash of names, so that nobody can know which ones collide in this process. */
const seed = Math.trunc(Math.random() * 0x1_0000_0000);

/**
 * Counts what a JSON text contains in one pass over its bytes, piece by piece. For invalid JSON the counts are at least
 * those up to the error.
 */
export class JsonCounter {
  readonly figures: JsonFigures = { depth: 0, values: 0, keys: 0, length: 0, escapes: 0 };
  readonly #limits: JsonLimits;
  /** By hash: names that share a hash count as one. */
  readonly #names = new Set<number>();
  /** For each open list or object: whether it is an object. */
  readonly #open: boolean[] = [];
  #inObject = false;
  #expectsName = false;
  #inToken = false;
  #inString = false;
  #isName = false;
  #escaped = false;
  #hash = 0;

  /** Counting stops when a limit is exceeded. */
  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** Takes the next bytes. Returns the limit that they exceed, if any. */
  take(bytes: Uint8Array): keyof JsonLimits | undefined {
    this.figures.length += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      at = this.#inString ? this.#string(bytes, at) : this.#structure(bytes, at);
      const passed = this.#passed();
      if (passed !== undefined) return passed;
    }
    return undefined;
  }

  #passed(): keyof JsonLimits | undefined {
    const { figures } = this;
    if (figures.depth > this.#limits.depth) return "depth";
    if (figures.values > this.#limits.values) return "values";
    return figures.keys > this.#limits.keys ? "keys" : undefined;
  }

  /** Reads to the end of the string or of the bytes. Returns the next position. */
  #string(bytes: Uint8Array, start: number): number {
    let at = start;
    if (this.#isName) {
      let hash = this.#hash;
      for (; at < bytes.length; at++) {
        const byte = bytes[at] as number;
        if (this.#escaped) this.#escaped = false;
        else if (byte === quote) break;
        else if (byte === backslash) this.#escape();
        hash = Math.imul(hash ^ byte, 0x01_00_01_93);
        hash ^= hash >>> 15;
      }
      this.#hash = hash;
    } else {
      for (; at < bytes.length; at++) {
        const byte = bytes[at] as number;
        if (this.#escaped) this.#escaped = false;
        else if (byte === quote) break;
        else if (byte === backslash) this.#escape();
      }
    }
    if (at === bytes.length) return at;
    this.#inString = false;
    if (this.#isName) this.figures.keys = this.#names.add(this.#hash).size;
    else this.figures.values++;
    return at + 1;
  }

  #escape(): void {
    this.#escaped = true;
    this.figures.escapes++;
  }

  /** Reads to the next string, an exceeded limit, or the end of the bytes. Returns the next position. */
  #structure(bytes: Uint8Array, start: number): number {
    const { figures } = this;
    for (let at = start; at < bytes.length; at++) {
      const kind = kinds[bytes[at] as number] as number;
      if (kind === 0) {
        if (!this.#inToken && ++figures.values > this.#limits.values) return at;
        this.#inToken = true;
        continue;
      }
      this.#inToken = false;
      switch (kind) {
        case quotes:
          this.#inString = true;
          this.#isName = this.#expectsName;
          this.#expectsName = false;
          this.#hash = seed;
          return at + 1;
        case opensObject:
        case opensList:
          this.#inObject = kind === opensObject;
          this.#expectsName = this.#inObject;
          this.#open.push(this.#inObject);
          figures.values++;
          figures.depth = Math.max(figures.depth, this.#open.length);
          if (figures.values > this.#limits.values || figures.depth > this.#limits.depth) return at;
          break;
        case closes:
          this.#open.pop();
          this.#inObject = this.#open.at(-1) ?? false;
          this.#expectsName = false;
          break;
        case comma:
          this.#expectsName = this.#inObject;
          break;
      }
    }
    return bytes.length;
  }
}
