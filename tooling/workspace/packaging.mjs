import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { capture } from "./command.mjs";
import { importProblems, packingProblems } from "./packed-package.mjs";
import { packAll } from "./tarball.mjs";

// npm run packaging: packs what would be published and looks into the tarballs.

/**
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
async function tar(args) {
  const { ok, output } = await capture("tar", args);
  if (!ok) throw new Error(output);
  return output;
}

/** @param {string} path */
function isCode(path) {
  return /\.[cm]?js$|\.d\.[cm]?ts$/.test(path);
}

/**
 * @param {string} file
 * @returns {Promise<readonly string[]>}
 */
async function problemsOf(file) {
  const files = (await tar(["-tzf", file]))
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  const unpacked = `${file}.unpacked`;
  mkdirSync(unpacked);
  await tar(["-xzf", file, "-C", unpacked]);
  const read = (/** @type {string} */ path) => readFileSync(join(unpacked, "package", path), "utf8");
  const manifest = JSON.parse(read("package.json"));
  const problems = [
    ...packingProblems(files, manifest),
    ...files.filter(isCode).flatMap((path) => importProblems(path, read(path), manifest)),
  ];
  const publint = await capture("publint", ["run", "--strict", file]);
  if (!publint.ok) problems.push(publint.output);
  // A package that only brings a command has no types to get wrong.
  if (manifest.exports !== undefined) {
    const attw = await capture("attw", [file, "--profile", "esm-only", "--no-color", "--no-emoji"]);
    if (!attw.ok) problems.push(attw.output);
  }
  return problems;
}

await build();
const folder = mkdtempSync(join(tmpdir(), "massgen-packaging-"));
try {
  for (const { name, file } of await packAll(folder)) {
    const problems = await problemsOf(file);
    if (problems.length > 0) process.exitCode = 1;
    for (const problem of problems) console.log(`${name}: ${problem.trimEnd()}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
