interface Entry<T> {
  value: T | undefined;
}

/**
 * What goes on now, in the order in which it began. A plain Set would keep what left: V8 leaves a Set's entries in the
 * tables that it has outgrown, and finds its way from those to the present one until the next full collection. A run
 * is much to keep, and to copy in each scavenge until then.
 */
export class Ongoing<T> implements Iterable<T> {
  readonly #entries = new Set<Entry<T>>();

  get size(): number {
    return this.#entries.size;
  }

  /** The returned function lets it go. It gives false when that happened before. */
  add(value: T): () => boolean {
    const entry: Entry<T> = { value };
    this.#entries.add(entry);
    return () => {
      entry.value = undefined;
      return this.#entries.delete(entry);
    };
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (const { value } of this.#entries) if (value !== undefined) yield value;
  }
}
