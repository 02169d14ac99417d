import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import process from "node:process";
import { rolldown } from "rolldown";

// node bundle.mjs, in a package that tsc has built: joins the modules in its dist to a few files. Node takes longer to
// find and link a module than to compile it, and `massgen serve` would start with five hundred of ours.

const dist = join(process.cwd(), "dist");
const { exports: exported, bin = {} } = JSON.parse(readFileSync("package.json", "utf8"));

/**
 * The files that a value of `exports` names under `default`, at any depth.
 * @param {unknown} value
 * @returns {readonly string[]}
 */
function defaultsIn(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "default" ? [String(inner)] : defaultsIn(inner)));
}

const modules = globSync("**/*.js", { cwd: dist }).map((path) => path.replaceAll(sep, "/"));
/** What a command loads. */
const programs = Object.values(bin).flatMap((file) =>
  Array.from(readFileSync(String(file), "utf8").matchAll(/"\.\.\/dist\/([^"]+)"/g), ([, path]) => String(path)),
);
/** What looks for files beside itself, and what is started by its address, keeps its folder. */
const placed = modules.filter(
  (path) => path.endsWith("-worker.js") || readFileSync(join(dist, path), "utf8").includes("import.meta.url"),
);
const entries = [
  ...new Set([...defaultsIn(exported).map((path) => path.replace("./dist/", "")), ...programs, ...placed]),
].toSorted();

/**
 * Where a chunk goes: into the folder of what has to keep it.
 * @param {{ readonly moduleIds: readonly string[] }} chunk
 */
function chunkFileNames({ moduleIds }) {
  const paths = moduleIds.map((id) => relative(dist, id).replaceAll(sep, "/")).filter((path) => placed.includes(path));
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  if (folders.size > 1)
    throw new Error(`${paths.join(" and ")} cannot be in one file: each looks for files beside it.`);
  return posix.join(...folders, "[name]-[hash].js");
}

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((path) => [path.replace(/\.js$/, ""), join(dist, path)])),
  platform: "node",
  external: (id) => !id.startsWith(".") && !isAbsolute(id),
});
const { output } = await bundle.generate({ format: "esm", chunkFileNames });
await bundle.close();
for (const path of modules) rmSync(join(dist, path));
for (const file of output) {
  if (file.type === "chunk") writeFileSync(join(dist, file.fileName), file.code);
}
