import type { ConfigPath } from "./config-path.ts";
import type { Place, PlacedEntry } from "./yaml-places.ts";

/** Says on which line of a source something is written. Lines count from 1. */
export interface LineMap {
  /**
   * The line of a path's key or list item. A path that is not written has the line of its nearest parent that is, and
   * is undefined when there is none. Behind an alias or merge key it is the line in the anchor's value.
   */
  readonly lineOf: (path: ConfigPath) => number | undefined;
  /** The line on which `text` first occurs inside the value at a path; the path's line when it cannot be found. */
  readonly lineOfText: (path: ConfigPath, text: string) => number | undefined;
}

/** The map of a source whose values have been found, and whose lines are counted by `lineAt`. */
export function lineMap(source: string, root: Place, lineAt: (offset: number) => number): LineMap {
  return {
    lineOf: (path) => {
      const entry = deepest(root, path);
      return entry === undefined ? undefined : lineAt(entry.offset);
    },
    lineOfText: (path, text) => {
      const entry = deepest(root, path);
      if (entry === undefined) return undefined;
      const { start, end } = entry.place;
      // Only inside the value: searching on would scan most of a large file for each value.
      const found = source.slice(start, Math.max(start, end)).indexOf(text);
      return lineAt(found >= 0 ? start + found : entry.offset);
    },
  };
}

function deepest(root: Place, path: ConfigPath): PlacedEntry | undefined {
  let entry: PlacedEntry | undefined;
  let place = root;
  for (const part of path) {
    const inner = place.entries.get(String(part));
    if (inner === undefined) break;
    entry = inner;
    place = inner.place;
  }
  return entry;
}
