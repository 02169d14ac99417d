import type { PackageReference } from "@massgen/core/config";
import { MassgenError, type Provider } from "@massgen/core/model";
import { builtInProviders, createRegistry } from "@massgen/providers";
import { exportedProviders } from "./package-exports.ts";
import { locatePackage, type PackageLocation } from "./package-location.ts";

/** A package that a configuration names, with what it brought. */
export interface ProviderPackage {
  /** As the file writes it. */
  readonly name: string;
  /** Absent for a file. */
  readonly version?: string;
  readonly providers: readonly Provider[];
}

export interface LoadedPackages {
  readonly packages: readonly ProviderPackage[];
  /** By name, variables filled in: what keeps a package from being used. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface PackageSurroundings {
  /** Where packages are looked for, in this order; massgen's own installation comes last by itself. */
  readonly folders: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Imports the packages that a configuration names, one after the other. What goes wrong is told, not thrown. */
export async function loadPackages(
  references: readonly PackageReference[],
  { folders, env }: PackageSurroundings,
): Promise<LoadedPackages> {
  const packages: ProviderPackage[] = [];
  const problems = new Map<string, string>();
  const takenBy = new Map<string, string>();
  for (const provider of builtInProviders()) {
    for (const type of namesOf(provider)) takenBy.set(type, `the built-in type ${provider.type}`);
  }
  const loadedFrom = new Map<string, string>();
  const redact = redactorOf(env);
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
      if (!MassgenError.isInstance(error)) throw error;
      problems.set(name, redact(error.message));
    }
  }
  return { packages, problems };
}

function problem(message: string): MassgenError {
  return new MassgenError("configuration", message);
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

async function importModule(written: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw problem(`"${written}" throws while loading: ${said.split("\n", 1)[0]?.slice(0, 300)}`);
  }
}

/** Enters the types and aliases of a package, all or none. */
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

/** A module that throws while loading may quote what it read from the environment. */
function redactorOf(env: PackageSurroundings["env"]): (text: string) => string {
  const secrets = Object.entries(env).flatMap(([name, value = ""]) =>
    /key|token|secret|password/i.test(name) && value.length >= 8 ? [value] : [],
  );
  return createRegistry({ env: {}, secrets }).redact;
}
