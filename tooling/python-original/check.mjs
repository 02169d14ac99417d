// Loads every example file of the Python original's newest release and says which are accepted, and why the others are not. Not part of
// the tests: the release comes from PyPI. Needs Python with pip, and a built checkout.
//
//   node tooling/python-original/check.mjs             downloads the release
//   node tooling/python-original/check.mjs FOLDER      a release that was unpacked before
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const dist = (path) => import(new URL(`../../packages/${path}`, import.meta.url).href);
const { ConfigError, loadConfig } = await dist("core/dist/config/index.js");
const { createRegistry } = await dist("providers/dist/index.js");

const folder = process.argv[2] ?? downloaded();
const keys = createRegistry({ env: {} })
  .types()
  .flatMap((type) => createRegistry({ env: {} }).get(type)?.apiKey.variables ?? []);

const tally = new Map();
for (const path of globSync("**/configs/**/*.{yaml,yml}", { cwd: folder }).sort()) {
  const { verdict, lines } = verdictOn(readFileSync(join(folder, path), "utf8"), relative("massgen/configs", path));
  tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
  console.log(`${verdict.padEnd(9)} ${relative("massgen/configs", path)}`);
  for (const line of lines) console.log(`            ${line}`);
}
console.log([...tally].map(([verdict, count]) => `${verdict}: ${count}`).join(", "));

/** Every variable that the file names is set, and every provider has a key: what is left is the file's own. */
function verdictOn(source, path) {
  const named = Array.from(source.matchAll(/\$\{(\w+)/g), ([, name]) => name);
  const env = Object.fromEntries([...keys, ...named].map((name) => [name, "a-value-of-this-check"]));
  env.AZURE_OPENAI_ENDPOINT = "https://azure.example";
  const registry = createRegistry({ env });
  const types = registry.types();
  const tried = (attempt) => {
    try {
      attempt();
    } catch (error) {
      return error.message;
    }
  };
  try {
    const { warnings } = loadConfig(source, {
      path,
      env,
      backendTypes: [...types, ...types.flatMap((type) => registry.get(type)?.aliases ?? [])],
      backendProblem: (backend) => tried(() => registry.createModel({ ...backend, options: {} })),
      optionNames: (type) => registry.get(type)?.optionNames,
    });
    return {
      verdict: "accepted",
      lines: process.env.WARNINGS ? warnings.map(({ path: at, message }) => `${at}: ${message}`) : [],
    };
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    return { verdict: "refused", lines: error.issues.map(({ path: at, message }) => `${at}: ${message}`) };
  }
}

function downloaded() {
  const target = mkdtempSync(join(tmpdir(), "massgen-python-"));
  const python = ["python3", "python"].find((name) => !fails(name, ["--version"]));
  if (python === undefined) throw new Error("This check needs Python with pip on PATH.");
  execFileSync(python, ["-m", "pip", "download", "massgen", "--no-deps", "--only-binary", ":all:", "-d", target], {
    stdio: "ignore",
  });
  const [wheel] = globSync("*.whl", { cwd: target });
  if (wheel === undefined || !existsSync(join(target, wheel))) throw new Error("pip brought no wheel of massgen.");
  execFileSync(python, ["-m", "zipfile", "-e", join(target, wheel), target]);
  console.log(`${wheel}`);
  return target;
}

function fails(command, args) {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
