type Entries = readonly (readonly [key: string | number, value: unknown, id?: number])[];

/**
 * Entries of one list or object. An entry with an id is an empty list or object whose entries follow in later pieces.
 */
export interface JsonPiece {
  readonly into: number;
  readonly entries: Entries;
}

/** Splits a JSON value into pieces of roughly `most` values each. The first piece contains the value itself. */
export function* jsonPieces(value: unknown, most: number): Generator<JsonPiece, void, undefined> {
  let ids = 0;
  const open: { readonly id: number; readonly container: object }[] = [];
  function entry(key: string | number, item: unknown, size: number): Entries[number] {
    if (size < most || typeof item !== "object" || item === null) return [key, item];
    const id = ++ids;
    open.push({ id, container: item });
    return [key, Array.isArray(item) ? [] : {}, id];
  }

  yield { into: 0, entries: [entry("value", value, sizeOf(value, most))] };
  for (let next = open.pop(); next; next = open.pop()) {
    let entries: Entries[number][] = [];
    let size = 0;
    for (const [key, item] of entriesOf(next.container)) {
      const itemSize = sizeOf(item, most);
      entries.push(entry(key, item, itemSize));
      size += itemSize < most ? itemSize : 1;
      if (size < most) continue;
      yield { into: next.id, entries };
      entries = [];
      size = 0;
    }
    if (entries.length > 0) yield { into: next.id, entries };
  }
}

function* entriesOf(container: object): Generator<[string | number, unknown], void, undefined> {
  if (Array.isArray(container)) yield* container.entries();
  // JSON.parse makes own properties only, and `in` does not build a list of a million keys first.
  else for (const key in container) yield [key, (container as Record<string, unknown>)[key]];
}

/** The number of values in a value, itself included; stops counting at `most`. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value !== "object" || value === null) return 1;
  let size = 1;
  for (const key in value) {
    if (size >= most) break;
    size += sizeOf((value as Record<string, unknown>)[key], most - size);
  }
  return size;
}

/** Joins the pieces, in the order in which they were made. */
export class JsonJoiner {
  readonly #root: { value?: unknown } = {};
  readonly #containers = new Map<number, object>([[0, this.#root]]);

  get value(): unknown {
    return this.#root.value;
  }

  add({ into, entries }: JsonPiece): void {
    const container = this.#containers.get(into) as Record<string | number, unknown>;
    for (const [key, value, id] of entries) {
      // Assigning this name would set the prototype.
      if (key === "__proto__")
        Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
      else container[key] = value;
      if (id !== undefined) this.#containers.set(id, value as object);
    }
  }
}
