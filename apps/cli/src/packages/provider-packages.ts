import type { PackageReference } from "@massgen/config";
import { MassgenError, type Provider } from "@massgen/core/model";
import { builtInProviders, inPackage, wordsOf } from "@massgen/providers";
import { exportedProviders } from "./package-exports.ts";
import { locatePackage, type PackageLocation } from "./package-location.ts";

/** A package that a configuration names, with its providers. */
export interface ProviderPackage {
  /** As written in the file. */
  readonly name: string;
  /** Absent for a file. */
  readonly version?: string;
  readonly providers: readonly Provider[];
}

export interface LoadedPackages {
  readonly packages: readonly ProviderPackage[];
  /** Why packages cannot be used, by their names with variables filled in. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface PackageSurroundings {
  /** Where packages are looked up, in this order. Massgen's own installation always comes last. */
  readonly folders: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A module that throws while it loads may quote the environment. */
  readonly redact: (text: string) => string;
}

/** Imports the packages that a configuration names, one after the other. Problems are returned, not thrown. */
export async function loadPackages(
  references: readonly PackageReference[],
  { folders, redact }: PackageSurroundings,
): Promise<LoadedPackages> {
  const packages: ProviderPackage[] = [];
  const problems = new Map<string, string>();
  const takenBy = new Map<string, string>();
  for (const provider of builtInProviders()) {
    for (const type of namesOf(provider)) takenBy.set(type, `the built-in type ${provider.type}`);
  }
  const loadedFrom = new Map<string, string>();
  for (const { name, written } of references) {
    try {
      const location = locatePackage(name, folders);
      if (location.kind !== "found") throw problem(absence(written, folders, location));
      const other = loadedFrom.get(location.url);
      if (other !== undefined) throw problem(`"${written}" is the same as "${other}"; remove one of them`);
      loadedFrom.set(location.url, written);
      const exported = exportedProviders(await importModule(written, location.url));
      if ("problem" in exported) throw problem(`"${written}" ${exported.problem}`);
      claim(exported.providers, written, takenBy);
      const { version } = location;
      packages.push({ name: written, providers: exported.providers, ...(version !== undefined && { version }) });
    } catch (error) {
      problems.set(name, problemOf(error, written, redact));
    }
  }
  return { packages, problems };
}

function problem(message: string): MassgenError {
  const error = new MassgenError("configuration", message);
  found.add(error);
  return error;
}

function absence(
  written: string,
  folders: readonly string[],
  location: Exclude<PackageLocation, { kind: "found" }>,
): string {
  if (location.kind === "unusable") return `"${written}" ${location.reason}`;
  if (/^\.{0,2}\//.test(written)) return `there is no file ${location.lookedIn.join(" or ")}`;
  const looked = `looked from ${[...new Set(folders)].join(", ")} and massgen's own installation`;
  return `"${written}" is not installed; run \`npm install ${written}\` (${looked})`;
}

/**
 * How long a module may take to load, in milliseconds, so that one that never does cannot block the start or a reload.
 */
const longestLoadMs = 60_000;

async function importModule(written: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  const late = Promise.withResolvers<never>();
  const message = `"${written}" did not load within ${longestLoadMs / 1000} s`;
  const timer = setTimeout(() => late.reject(problem(message)), longestLoadMs);
  try {
    const loading = inPackage(`the provider package ${written}`, () => import(url) as Promise<unknown>);
    return (await Promise.race([loading, late.promise])) as Readonly<Record<string, unknown>>;
  } finally {
    clearTimeout(timer);
  }
}

/** Why a package cannot be used: a problem that was found, or what its code threw. Redacted before it is cut. */
function problemOf(error: unknown, written: string, redact: (text: string) => string): string {
  if (isProblem(error)) return redact(error.message);
  const said = redact(wordsOf(error)).split("\n", 1)[0]?.slice(0, 300);
  return `"${written}" throws while loading: ${said}`;
}

const found = new WeakSet<MassgenError>();

/** Whether this module made an error: a package may throw one that looks like it. */
function isProblem(error: unknown): error is MassgenError {
  return typeof error === "object" && error !== null && found.has(error as MassgenError);
}

/** Registers the types and aliases of a package, all or none. */
function claim(providers: readonly Provider[], written: string, takenBy: Map<string, string>): void {
  const mine = new Set<string>();
  for (const provider of providers) {
    for (const type of namesOf(provider)) {
      const owner = mine.has(type) ? "another of its own providers" : takenBy.get(type);
      if (owner !== undefined) throw problem(`"${written}" brings the type ${type}, which is taken by ${owner}`);
    }
    for (const type of namesOf(provider)) mine.add(type);
  }
  for (const type of mine) takenBy.set(type, `"${written}"`);
}

function namesOf({ type, aliases = [] }: Provider): readonly string[] {
  return [...new Set([type, ...aliases])];
}
