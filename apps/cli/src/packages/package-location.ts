import { existsSync, readFileSync, statSync } from "node:fs";
import { findPackageJSON, registerHooks } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where a package or file of `providers` is, or why it cannot be imported. `url` is for `import()`. */
export type PackageLocation =
  | { readonly kind: "found"; readonly url: string; readonly version?: string }
  | { readonly kind: "missing"; readonly lookedIn: readonly string[] }
  /** It exists but cannot be imported; `reason` follows its name in a message. */
  | { readonly kind: "unusable"; readonly reason: string };

/** The folder of this installation: a package may be installed beside it. */
const ownFolder = fileURLToPath(new URL(".", import.meta.url));

/**
 * Finds what Node would import by this name from the first of these folders that has it, or, for a package, from
 * massgen's own installation.
 * @param name a package's name, or a path that begins with `./`, `../` or `/`
 * @param folders absolute
 */
export function locatePackage(name: string, folders: readonly string[]): PackageLocation {
  const places = [...new Set(folders)];
  return /^\.{0,2}\//.test(name) ? locateFile(name, places) : locateInstalled(name, [...places, ownFolder]);
}

function locateFile(name: string, folders: readonly string[]): PackageLocation {
  const paths = isAbsolute(name) ? [name] : folders.map((folder) => resolve(folder, name));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) return { kind: "missing", lookedIn: paths };
  const stats = statSync(path);
  if (stats.isDirectory()) return { kind: "unusable", reason: "is a folder; name the file in it" };
  // Importing a pipe would block until something writes to it.
  if (!stats.isFile()) return { kind: "unusable", reason: "is not a regular file" };
  return { kind: "found", url: pathToFileURL(path).href };
}

function locateInstalled(name: string, folders: readonly string[]): PackageLocation {
  for (const folder of folders) {
    const manifest = manifestOf(name, folder);
    if (manifest === undefined) continue;
    const broken = (reason: string): PackageLocation => {
      return { kind: "unusable", reason: `is installed in ${dirname(manifest)}, but ${reason}` };
    };
    try {
      const url = resolveFrom(name, folder);
      return existsSync(new URL(url)) ? { kind: "found", url, ...versionIn(manifest) } : broken(notBuilt);
    } catch (error) {
      const isExported = (error as NodeJS.ErrnoException).code !== "ERR_PACKAGE_PATH_NOT_EXPORTED";
      return broken(isExported ? notBuilt : notExported);
    }
  }
  return { kind: "missing", lookedIn: folders };
}

const notExported = 'its package.json exports nothing under this name to `import`; see its "exports"';
const notBuilt = "the file that its package.json names is not there; has it been built?";

/** The package.json of a package that is installed in a folder or above it. */
function manifestOf(name: string, folder: string): string | undefined {
  const own = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
  try {
    return findPackageJSON(own, inside(folder));
  } catch {
    return undefined;
  }
}

function versionIn(manifest: string): { version?: string } {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version?: unknown };
  return typeof version === "string" ? { version } : {};
}

/**
 * Resolves a name as `import` in a folder would: `import.meta.resolve` as if this module were there. `require.resolve`
 * does not find packages that export only for `import`.
 */
function resolveFrom(name: string, folder: string): string {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier, { ...context, parentURL: inside(folder) }),
  });
  try {
    return import.meta.resolve(name);
  } finally {
    hooks.deregister();
  }
}

/** The URL of a made-up file in a folder, because Node resolves on behalf of files. */
function inside(folder: string): string {
  return pathToFileURL(join(folder, "massgen.js")).href;
}
