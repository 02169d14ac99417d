import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event } from "js-yaml";
import type { ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";

/** The place of a value in a YAML source, as character offsets. Aliases share the place of their anchor. */
export interface Place {
  readonly kind: "scalar" | "sequence" | "mapping";
  readonly start: number;
  /** End of what is written; of a collection, the start of its last scalar. */
  readonly end: number;
  /** By key or position. */
  readonly entries: ReadonlyMap<string, PlacedEntry>;
}

/** A place under its key or position, and where that is written. */
export interface PlacedEntry {
  readonly offset: number;
  readonly place: Place;
}

interface OpenPlace extends Place {
  end: number;
  readonly entries: Map<string, PlacedEntry>;
}

type NodeEvent = Extract<Event, { tagStart: number }>;

/**
 * Finds every value of the first document in `events`, which js-yaml has read from `source` and could construct.
 * A key written twice in one mapping, and `__proto__`, are findings: js-yaml would take the last one, and any name.
 */
export function findPlaces(
  source: string,
  events: readonly Event[],
  lineAt: (offset: number) => number,
): { root: Place; findings: readonly Finding[] } {
  const reader = new PlaceReader(source, events, lineAt);
  return { root: reader.read([]), findings: reader.findings };
}

class PlaceReader {
  readonly findings: Finding[] = [];
  readonly #source: string;
  readonly #events: readonly Event[];
  readonly #lineAt: (offset: number) => number;
  readonly #anchors = new Map<string, Place>();
  readonly #anchoredTexts = new Map<Place, string>();
  /** The next event to read; the first one only opens the document. */
  #next = 1;
  /**
   * Where the scalar, alias or collection read last begins. What is empty has no place of its own and is said to be
   * here.
   */
  #position = 0;

  constructor(source: string, events: readonly Event[], lineAt: (offset: number) => number) {
    this.#source = source;
    this.#events = events;
    this.#lineAt = lineAt;
  }

  read(path: ConfigPath): Place {
    const event = this.#events[this.#next++];
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#opened(event, event.valueStart, { kind: "scalar", end: event.valueEnd });
      case EVENT_ID.ALIAS:
        this.#position = event.anchorStart;
        return this.#anchors.get(this.#source.slice(event.anchorStart, event.anchorEnd)) ?? this.#nothing();
      case EVENT_ID.SEQUENCE:
        return this.#sequence(this.#opened(event, event.start, { kind: "sequence", end: -1 }), path);
      case EVENT_ID.MAPPING:
        return this.#mapping(this.#opened(event, event.start, { kind: "mapping", end: -1 }), path);
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
      case undefined:
        return this.#nothing();
    }
  }

  #opened(event: NodeEvent, start: number, rest: Pick<Place, "kind" | "end">): OpenPlace {
    if (start >= 0) this.#position = start;
    const place: OpenPlace = { ...rest, start: this.#position, entries: new Map() };
    if (event.anchorStart < 0) return place;
    this.#anchors.set(this.#source.slice(event.anchorStart, event.anchorEnd), place);
    if (event.type === EVENT_ID.SCALAR) this.#anchoredTexts.set(place, getScalarValue(this.#source, event));
    return place;
  }

  #sequence(sequence: OpenPlace, path: ConfigPath): Place {
    for (let index = 0; !this.#atEnd(); index++) {
      const place = this.read([...path, index]);
      sequence.entries.set(String(index), { offset: this.#itemOffset(place), place });
    }
    return this.#closed(sequence);
  }

  #mapping(mapping: OpenPlace, path: ConfigPath): Place {
    const merged: Place[] = [];
    while (!this.#atEnd()) {
      const isMerge = this.#isMergeKey(this.#events[this.#next]);
      const key = this.#key(path);
      const offset = this.#position;
      const place = this.read([...path, key]);
      if (isMerge) {
        merged.push(place);
      } else {
        this.#check(mapping, [...path, key], key, offset);
        mapping.entries.set(key, { offset, place });
      }
    }
    for (const place of merged) merge(mapping, place);
    return this.#closed(mapping);
  }

  /** The text of a mapping's next key; of an alias, that of its anchor. */
  #key(path: ConfigPath): string {
    const event = this.#events[this.#next];
    const place = this.read(path);
    if (event?.type === EVENT_ID.SCALAR) return getScalarValue(this.#source, event);
    return this.#anchoredTexts.get(place) ?? "";
  }

  #closed(collection: OpenPlace): Place {
    this.#next++;
    collection.end = this.#position;
    return collection;
  }

  /** An alias stands for a place elsewhere: the item's own line is the alias's. */
  #itemOffset(place: Place): number {
    return this.#events[this.#next - 1]?.type === EVENT_ID.ALIAS ? this.#position : place.start;
  }

  #atEnd(): boolean {
    return this.#next >= this.#events.length || this.#events[this.#next]?.type === EVENT_ID.POP;
  }

  #isMergeKey(event: Event | undefined): boolean {
    return (
      event?.type === EVENT_ID.SCALAR &&
      event.style === SCALAR_STYLE.PLAIN &&
      event.tagStart < 0 &&
      getScalarValue(this.#source, event) === "<<"
    );
  }

  #check(mapping: Place, path: ConfigPath, key: string, offset: number): void {
    const line = this.#lineAt(offset);
    const first = mapping.entries.get(key);
    if (first !== undefined) {
      const firstLine = this.#lineAt(first.offset);
      this.findings.push({ path, line, message: `is written twice, first on line ${firstLine}; keep one of them` });
    } else if (key === "__proto__") {
      this.findings.push({ path, line, message: "cannot be used as a key; remove it" });
    }
  }

  #nothing(): Place {
    return { kind: "scalar", start: this.#position, end: this.#position, entries: new Map() };
  }
}

/** Adds the entries of a merge key: the mapping's own entries win, then the earlier source. */
function merge(mapping: OpenPlace, brought: Place): void {
  const sources = brought.kind === "sequence" ? [...brought.entries.values()].map((entry) => entry.place) : [brought];
  for (const source of sources) {
    for (const [key, entry] of source.entries) {
      if (!mapping.entries.has(key)) mapping.entries.set(key, entry);
    }
  }
}
