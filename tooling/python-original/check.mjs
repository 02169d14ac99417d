// Loads every example file of the Python original's newest release, and says which are refused and why. Not part of the
// tests: the release comes from PyPI. Needs Python with pip, and a built checkout. Ends with 1 when a file is refused
// for anything but a coding agent or framework on the user's machine, or for having no agents.
//
//   node tooling/python-original/check.mjs             downloads the release
//   node tooling/python-original/check.mjs FOLDER      takes one that was unpacked before
//   WARNINGS=1 node tooling/python-original/check.mjs  shows warnings too
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const dist = (path) => import(new URL(`../../packages/${path}`, import.meta.url).href);
const { ConfigError, loadConfig } = await dist("config/dist/index.js");
const { createRegistry } = await dist("providers/dist/index.js");

const expected = /wraps a tool on the user's machine|^names no agents|^unknown key; known here: \$schema/;
const bare = createRegistry({ env: {} });
const keyVariables = bare.types().flatMap((type) => bare.describe.provider(type)?.apiKey.variables ?? []);

/** Every variable that the file names is set, and every provider has a key: what is left is the file's own. */
function surroundings(source) {
  const named = Array.from(source.matchAll(/\$\{(\w+)/g), ([, name]) => name);
  const value = (name) => (/URL|ENDPOINT/.test(name) ? "https://service.example/v1" : "a-value-of-this-check");
  return Object.fromEntries([...keyVariables, "AZURE_OPENAI_ENDPOINT", ...named].map((name) => [name, value(name)]));
}

function problemOf(attempt) {
  try {
    attempt();
  } catch (error) {
    return error.message;
  }
  return undefined;
}

function verdictOn(source, path) {
  const env = surroundings(source);
  const registry = createRegistry({ env });
  const types = registry.types();
  try {
    const { warnings } = loadConfig(source, {
      path,
      env,
      backendTypes: [...types, ...types.flatMap((type) => registry.describe.provider(type)?.aliases ?? [])],
      backendProblem: (backend) => problemOf(() => registry.createModel({ ...backend, options: {} })),
      optionNames: (type) => registry.describe.provider(type)?.optionNames,
      inferType: (backend) => registry.describe.typed(backend).type,
    });
    return { verdict: "accepted", warnings, issues: [] };
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    const { issues, warnings } = error;
    const verdict = issues.some(({ message }) => expected.test(message)) ? "refused" : "UNEXPECTED";
    return { verdict, warnings, issues };
  }
}

function downloaded() {
  const target = mkdtempSync(join(tmpdir(), "massgen-python-"));
  const python = ["python3", "python"].find((name) => spawnSync(name, ["-m", "pip", "--version"]).status === 0);
  if (python === undefined) throw new Error("This check needs Python with pip on PATH, or the folder of a release.");
  const download = ["-m", "pip", "download", "massgen", "--no-deps", "--only-binary", ":all:", "-d", target];
  execFileSync(python, download, { stdio: "ignore" });
  const [wheel] = globSync("*.whl", { cwd: target });
  if (wheel === undefined) throw new Error("pip brought no wheel of massgen.");
  execFileSync(python, ["-m", "zipfile", "-e", join(target, wheel), target]);
  console.log(wheel);
  return target;
}

const folder = process.argv[2] ?? downloaded();
const counts = new Map();
for (const path of globSync("**/configs/**/*.{yaml,yml}", { cwd: folder }).toSorted()) {
  const { verdict, issues, warnings } = verdictOn(readFileSync(join(folder, path), "utf8"), path);
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  console.log(`${verdict.padEnd(10)} ${path}`);
  const shown = process.env["WARNINGS"] === "1" ? [...issues, ...warnings] : issues;
  for (const { path: at, message } of shown) console.log(`           ${at}: ${message.slice(0, 160)}`);
}
console.log([...counts].map(([verdict, count]) => `${verdict.toLowerCase()} ${count}`).join(", "));
process.exitCode = counts.has("UNEXPECTED") ? 1 : 0;
