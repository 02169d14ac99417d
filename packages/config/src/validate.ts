import type { z } from "zod";
import { pathKey, type ConfigPath } from "./config-path.ts";
import type { Interpolated } from "./interpolate.ts";
import type { Finding } from "./finding.ts";
import { numberIn } from "./number-text.ts";
import { isMapping, valueAt, type Mapping } from "./plain-tree.ts";
import { configSchema, type WrittenConfig } from "./schema.ts";
import { mostAdvised } from "./nearest.ts";
import { unknownKeyMessage } from "./sections.ts";
import { valueMessage } from "./value-message.ts";

/** The configuration, or what is wrong with its shape. */
export type Validated =
  | { readonly success: true; readonly config: WrittenConfig }
  | { readonly success: false; readonly unknownKeys: readonly Finding[]; readonly wrongValues: readonly Finding[] };

/**
 * Checks a tree against the schema. If the schema expects a number or a boolean and the value is a single variable, its
 * text is read as one.
 */
export function validate({ value, references }: Interpolated): Validated {
  let tree = value;
  let result = configSchema.safeParse(tree);
  if (!result.success) {
    for (const issue of result.error.issues) tree = read(tree, issue, references);
    if (tree !== value) result = configSchema.safeParse(tree);
  }
  if (result.success) return { success: true, config: result.data };

  const unknownKeys: Finding[] = [];
  const wrongValues: Finding[] = [];
  for (const issue of result.error.issues) {
    const path = pathOf(issue);
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const message = unknownKeys.length < mostAdvised ? unknownKeyMessage(path, key) : "unknown key";
        unknownKeys.push({ path: [...path, key], message });
      }
    } else {
      wrongValues.push({ path, message: valueMessage(issue, valueAt(tree, path), references.get(pathKey(path))) });
    }
  }
  return { success: false, unknownKeys, wrongValues };
}

/** The tree with the text at the issue's path read as the expected number or boolean, if it is one. */
function read(tree: Mapping, issue: z.core.$ZodIssue, references: Interpolated["references"]): Mapping {
  const path = pathOf(issue);
  const text = valueAt(tree, path);
  if (typeof text !== "string" || references.get(pathKey(path))?.whole !== true) return tree;
  const trimmed = text.trim();
  // What may be a number or a text, such as a size, is valid as a text.
  if (issue.code === "invalid_union" || issue.code === "invalid_format")
    return replaced(tree, path, numberIn(trimmed) ?? trimmed);
  if (issue.code !== "invalid_type") return tree;
  if (issue.expected === "boolean" && (trimmed === "true" || trimmed === "false")) {
    return replaced(tree, path, trimmed === "true");
  }
  const number = issue.expected === "number" || issue.expected === "int" ? numberIn(trimmed) : undefined;
  return number === undefined ? tree : replaced(tree, path, number);
}

function replaced(tree: Mapping, path: ConfigPath, value: unknown): Mapping {
  return replacedIn(tree, path, value) as Mapping;
}

function replacedIn(tree: unknown, [part, ...rest]: ConfigPath, value: unknown): unknown {
  if (part === undefined) return value;
  if (Array.isArray(tree)) return tree.with(Number(part), replacedIn(tree[Number(part)], rest, value));
  return isMapping(tree) ? { ...tree, [part]: replacedIn(tree[part], rest, value) } : tree;
}

function pathOf(issue: z.core.$ZodIssue): ConfigPath {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}
