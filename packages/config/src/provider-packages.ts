import { pathKey } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import { interpolate } from "./interpolate.ts";
import { maxPackages, packageNamePattern } from "./package-name.ts";
import { valueAt, type Mapping } from "./plain-tree.ts";
import { readYaml } from "./yaml-document.ts";

/** A package that `providers` names. */
export interface PackageReference {
  /** A package's name or a file's path, variables filled in. */
  readonly name: string;
  /** The same as written, `${VAR}` included, for messages. */
  readonly written: string;
}

/**
 * The packages that a configuration's text names: they are loaded before the rest of the file can be checked. Pure, and
 * silent about whatever is wrong with the text: `loadConfig` says that. A package named twice is here once.
 */
export function providerPackages(
  source: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly PackageReference[] {
  // Parsing is skipped for most files, which have no packages. A key may be written with escapes.
  if (!source.includes("providers") && !source.includes("\\")) return [];
  const document = readYaml(source);
  if ("message" in document) return [];
  const written = document.value["providers"];
  if (!Array.isArray(written) || written.length > maxPackages) return [];
  const filled = interpolate({ providers: written }, env, document.lines);
  const unset = new Set(filled.findings.map(({ path }) => pathKey(path)));
  const references = new Map<string, PackageReference>();
  for (const [index, text] of written.entries()) {
    const name = valueAt(filled.value, ["providers", index]);
    if (!isPackageName(name) || typeof text !== "string" || unset.has(pathKey(["providers", index]))) continue;
    if (!references.has(name)) references.set(name, { name, written: text });
  }
  return [...references.values()];
}

/** What is wrong with the packages of a file beyond their shape. */
export interface PackageCheck {
  readonly findings: readonly Finding[];
  /** Whether a package cannot be used: an unknown type may be one of its types. */
  readonly lacksTypes: boolean;
}

/** @param packageProblem why a package cannot be used */
export function checkPackages(
  tree: Mapping,
  packageProblem: (name: string) => string | undefined = () => undefined,
): PackageCheck {
  const providers: readonly unknown[] = Array.isArray(tree["providers"]) ? tree["providers"] : [];
  const findings: Finding[] = [];
  let lacksTypes = false;
  const firstWith = new Map<unknown, number>();
  for (const [index, name] of providers.entries()) {
    const path = ["providers", index];
    const first = firstWith.get(name) ?? index;
    firstWith.set(name, first);
    const message = isPackageName(name) ? packageProblem(name) : undefined;
    lacksTypes ||= message !== undefined || !isPackageName(name);
    if (first < index && isPackageName(name)) {
      findings.push({ path, message: `is the same package as providers[${first}]; remove one of them` });
    } else if (message !== undefined) {
      findings.push({ path, message });
    }
  }
  return { findings, lacksTypes };
}

function isPackageName(value: unknown): value is string {
  return typeof value === "string" && packageNamePattern.test(value);
}
