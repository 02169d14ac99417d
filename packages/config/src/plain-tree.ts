import type { ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";

/** A mapping of a configuration file, as read. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The most levels of nested values, with aliases followed. */
export const maxDepth = 100;
/** The most values in a file, with aliases followed. */
export const maxValues = 100_000;
/** The most characters of its texts and keys together, with aliases followed: more than twice the largest file. */
const maxCharacters = 10_000_000;

/** The most characters of all keys on the path to a value: paths are compared and reported. */
const maxPathCharacters = 1000;

const tooManyCharacters = `holds more than ${maxCharacters} characters, counting what each alias (*name) stands for`;
const tooDeep = `values are nested more than ${maxDepth} levels deep; does an anchor (&name) hold its own alias (*name)?`;
const tooLongKeys = `keys that lead to a value have more than ${maxPathCharacters} characters together`;

export const tooManyValues = `holds more than ${maxValues} values, counting what each alias (*name) stands for`;

/** Whether a value is a mapping: an object that is not a list. */
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
 * Copies a document value by value, so that nothing is shared and no key is `__proto__`. Aliases can make a short file
 * huge, or hold themselves: then there is a problem, and the copy is incomplete.
 */
export function copyTree(document: Mapping): { copy: Mapping; problem?: Finding } {
  let values = 0;
  let characters = 0;
  let problem: Finding | undefined;

  /** @param pathCharacters how many the keys of `path` have together */
  function problemAt(value: unknown, path: ConfigPath, pathCharacters: number): Finding | undefined {
    values += 1;
    characters += lengthOf(value) + lengthOf(path.at(-1));
    if (values > maxValues) return { path: [], message: tooManyValues };
    if (characters > maxCharacters) return { path: [], message: tooManyCharacters };
    if (path.length > maxDepth) return { path: path.slice(0, 3), message: tooDeep };
    return pathCharacters > maxPathCharacters ? { path: path.slice(0, -1), message: tooLongKeys } : undefined;
  }
  function copyMapping(mapping: Mapping, path: ConfigPath, pathCharacters: number): Mapping {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(mapping)) {
      if (key !== "__proto__") copy[key] = copyValue(value, [...path, key], pathCharacters + key.length);
    }
    return copy;
  }
  function copyValue(value: unknown, path: ConfigPath, pathCharacters: number): unknown {
    problem ??= problemAt(value, path, pathCharacters);
    if (problem !== undefined) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => copyValue(item, [...path, index], pathCharacters));
    return isMapping(value) ? copyMapping(value, path, pathCharacters) : value;
  }
  const copy = copyMapping(document, [], 0);
  return problem === undefined ? { copy } : { copy, problem };
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}
