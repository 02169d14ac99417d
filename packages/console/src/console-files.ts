import { readdirSync, readFileSync } from "node:fs";
import { extname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the page, as it is sent. */
export interface ConsoleFile {
  /** The value of `Content-Type`. */
  readonly type: string;
  readonly body: Buffer;
  /** Whether its name changes whenever it does, so that it may be cached for ever. */
  readonly immutable: boolean;
}

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".woff2", "font/woff2"],
]);

let files: ReadonlyMap<string, ConsoleFile> | undefined;

/**
 * All files of the page, by their path relative to where it is served: `index.html`, `assets/page-4f9a.js`. Read at the
 * first call.
 */
export function consoleFiles(): ReadonlyMap<string, ConsoleFile> {
  files ??= readFiles("page");
  return files;
}

/** The template of a page that holds one run. */
export function exportedTemplate(): string {
  return readFileSync(fileURLToPath(builtFolder("exported/exported.html")), "utf8");
}

function readFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  const root = fileURLToPath(builtFolder(`${folder}/`));
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    paths.flatMap((path) => {
      const type = types.get(extname(path));
      if (type === undefined) return [];
      const name = path.replaceAll(sep, "/");
      return [[name, { type, body: readFileSync(`${root}${path}`), immutable: name.startsWith("assets/") }] as const];
    }),
  );
}

/** The built page is in `dist`, for this module in `dist` and for its source in `src`. */
function builtFolder(path: string): URL {
  return new URL(`../dist/${path}`, import.meta.url);
}
