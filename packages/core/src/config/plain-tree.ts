import type { ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";

/** A mapping of a configuration file, as read. */
export type Mapping = Readonly<Record<string, unknown>>;

/** How deep values may be nested, with aliases followed. */
export const maxDepth = 100;
/** How many values a file may hold, with aliases followed. */
export const maxValues = 100_000;
/** How many characters its texts and keys may have together, with aliases followed: twice the largest file, and more. */
const maxCharacters = 10_000_000;

export const tooManyValues = `holds more than ${maxValues} values, counting what each alias (*name) stands for`;

/** Whether a value is a mapping: an object that is no list. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined. */
export function valueAt(tree: unknown, path: ConfigPath): unknown {
  let value = tree;
  for (const part of path) {
    if (!Array.isArray(value) && !isMapping(value)) return undefined;
    value = Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined;
  }
  return value;
}

/**
 * Copies a document value by value, so that nothing is shared and no key is `__proto__`. Aliases can make a short file huge, or hold
 * themselves: then there is a problem, and the copy is incomplete.
 */
export function copyTree(document: Mapping): { copy: Mapping; problem?: Finding } {
  let values = 0;
  let characters = 0;
  let problem: Finding | undefined;
  const copyMapping = (mapping: Mapping, path: ConfigPath): Mapping => {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(mapping)) {
      characters += key.length;
      if (key !== "__proto__") copy[key] = copyValue(value, [...path, key]);
    }
    return copy;
  };
  const copyValue = (value: unknown, path: ConfigPath): unknown => {
    if (problem !== undefined) return undefined;
    if (++values > maxValues) {
      problem = { path: [], message: tooManyValues };
      return undefined;
    }
    if (typeof value === "string") characters += value.length;
    if (characters > maxCharacters) {
      problem = {
        path: [],
        message: `holds more than ${maxCharacters} characters, counting what each alias (*name) stands for`,
      };
      return undefined;
    }
    if (path.length > maxDepth) {
      const message = `values are nested more than ${maxDepth} levels deep; does an anchor (&name) hold its own alias (*name)?`;
      problem = { path: path.slice(0, 3), message };
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, index) => copyValue(item, [...path, index]));
    return isMapping(value) ? copyMapping(value, path) : value;
  };
  const copy = copyMapping(document, []);
  return problem === undefined ? { copy } : { copy, problem };
}
