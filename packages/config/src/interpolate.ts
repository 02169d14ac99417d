import { pathKey, type ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import type { LineMap } from "./line-map.ts";
import { isMapping, type Mapping } from "./plain-tree.ts";

/** The variables that one value of the file refers to. */
export interface Reference {
  readonly names: readonly string[];
  /** The value is one `${...}` and nothing else: it may stand for a number or a truth value. */
  readonly whole: boolean;
}

/** A tree with its variables filled in. */
export interface Interpolated {
  readonly value: Mapping;
  /** Where variables were filled in, by {@link pathKey}. These values must not be shown. */
  readonly references: ReadonlyMap<string, Reference>;
  readonly findings: readonly Finding[];
}

// In order: the escape, a variable with or without default, and any other `${`, which is a mistake.
const pattern = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{/g;
/** The most findings for one text. */
const mostReported = 10;
/** The most characters that variables may add to a file. */
const maxCharacters = 10_000_000;
const strayMessage = "`${` begins a variable: write ${NAME}, ${NAME:-default}, or $${ for the characters themselves";
const wholePattern = /^\$\{[A-Za-z_]\w*(?::-(?:(?!\$\{)[^}])*)?\}$/;

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every text of a tree; the default also replaces an empty variable. `$${`
 * stands for a literal `${`. Keys are left alone. Every unset variable without default is a finding.
 */
export function interpolate(
  tree: Mapping,
  env: Readonly<Record<string, string | undefined>>,
  lines: LineMap,
): Interpolated {
  const references = new Map<string, Reference>();
  const findings: Finding[] = [];
  let characters = 0;
  let full = false;

  const report = (path: ConfigPath, text: string, message: string): void => {
    const line = lines.lineOfText(path, text);
    findings.push({ path, message, ...(line === undefined ? {} : { line }) });
  };
  const fill = (text: string, path: ConfigPath): string => {
    if (!text.includes("${")) return text;
    const names = new Set<string>();
    let reported = 0;
    const filled = text.replace(
      pattern,
      (match, name: string | undefined, fallback: string | undefined, at: number) => {
        if (match === "$${") return "${";
        if (full) return match;
        if (name === undefined) {
          if (++reported > mostReported) return match;
          report(path, /^[^\s"'\\]{0,40}/.exec(text.slice(at))?.[0] ?? match, strayMessage);
          return match;
        }
        const value = Object.hasOwn(env, name) ? env[name] : undefined;
        if (value === undefined && fallback === undefined && !names.has(name) && ++reported <= mostReported) {
          report(path, `\${${name}`, `the variable ${name} is not set; set it or write \${${name}:-default}`);
        }
        names.add(name);
        const replacement =
          fallback !== undefined && (value === undefined || value === "") ? fallback : (value ?? match);
        characters += replacement.length;
        full = characters > maxCharacters;
        if (full)
          findings.push({ path, message: `variables fill in more than ${maxCharacters} characters up to here` });
        return full ? match : replacement;
      },
    );
    if (names.size > 0) references.set(pathKey(path), { names: [...names], whole: wholePattern.test(text) });
    return filled;
  };
  const walkMapping = (mapping: Mapping, path: ConfigPath): Mapping =>
    Object.fromEntries(Object.entries(mapping).map(([key, inner]) => [key, walk(inner, [...path, key])]));
  const walk = (value: unknown, path: ConfigPath): unknown => {
    if (typeof value === "string") return fill(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    return isMapping(value) ? walkMapping(value, path) : value;
  };
  return { value: walkMapping(tree, []), references, findings };
}
