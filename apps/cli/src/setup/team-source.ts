import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { MassgenError } from "@massgen/core";
import { readVariable, userFolder, type Environment } from "./environment.ts";

/** Where the team comes from. `none`: no team, but requests may name a model. */
export type TeamSource =
  | { readonly kind: "config"; readonly path: string; readonly from: string }
  | { readonly kind: "model"; readonly model: string; readonly from: string }
  | { readonly kind: "demo" }
  | { readonly kind: "none" };

/** The flags that choose a team. */
export interface TeamChoice {
  readonly config?: string;
  readonly defaultModel?: string;
  readonly demo?: boolean;
}

/** Where teams are looked for besides the flags. */
export interface SourceSurroundings {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** Variables that may hold a provider's key: if one is set, requests can name a model. */
  readonly keyVariables: readonly string[];
  /** The command that needs the team, for what is said without one; default `serve`. */
  readonly command?: "serve" | "run" | "chat";
}

/**
 * The first team that is named: by a flag, by the environment, or by a file in one of the usual places.
 * @throws MassgenError `configuration` when flags exclude each other or there is nothing to serve
 */
export function findTeamSource(choice: TeamChoice, surroundings: SourceSurroundings): TeamSource {
  const { env, cwd, home, keyVariables, command = "serve" } = surroundings;
  if (choice.demo && (choice.config !== undefined || choice.defaultModel !== undefined)) {
    const other = choice.config === undefined ? "--default-model" : "--config";
    throw new MassgenError(
      "configuration",
      `--demo serves the demo team and ${other} another one: use only one of them.`,
    );
  }
  if (choice.demo) return { kind: "demo" };
  const config = (path: string, from: string): TeamSource => ({ kind: "config", path: resolve(cwd, path), from });
  if (choice.config !== undefined) return config(choice.config, "--config");
  const configVariable = readVariable(env, "MASSGEN_SERVER_DEFAULT_CONFIG");
  if (configVariable !== undefined) return config(configVariable, "MASSGEN_SERVER_DEFAULT_CONFIG");
  if (choice.defaultModel !== undefined) return { kind: "model", model: choice.defaultModel, from: "--default-model" };
  const modelVariable = readVariable(env, "MASSGEN_SERVER_DEFAULT_MODEL");
  if (modelVariable !== undefined) return { kind: "model", model: modelVariable, from: "MASSGEN_SERVER_DEFAULT_MODEL" };
  for (const path of usualPlaces(cwd, home)) if (existsSync(path)) return { kind: "config", path, from: "found there" };
  if (readVariable(env, "MASSGEN_START") === "1") return { kind: "demo" };
  if (keyVariables.some((name) => readVariable(env, name) !== undefined)) return { kind: "none" };
  throw new MassgenError("configuration", command === "serve" ? nothingToServe : nobodyToAsk(command));
}

function usualPlaces(cwd: string, home: string): string[] {
  return [join(cwd, "massgen.yaml"), join(cwd, ".massgen", "config.yaml"), join(userFolder(home), "config.yaml")];
}

const nothingToServe = `There is no team to serve. Ways to name one:
  massgen init                             makes ./massgen.yaml of the keys and local servers that you have
  massgen serve --demo                     an offline team that needs no key
  massgen serve --config team.yaml         your own team (or MASSGEN_SERVER_DEFAULT_CONFIG, ./massgen.yaml,
                                           ./.massgen/config.yaml, ~/.config/massgen/config.yaml)
  massgen serve --default-model gpt-4o     a team of three of one model (or MASSGEN_SERVER_DEFAULT_MODEL)
  OPENAI_API_KEY=... massgen serve         no team, but every request may name a model of that provider`;

function nobodyToAsk(command: "run" | "chat"): string {
  const way = (flag: string): string => `  massgen ${command} ${command === "run" ? `${flag} "..."` : flag}`.padEnd(47);
  return `There is no team to ask. Ways to name one:
${"  massgen init".padEnd(47)}makes ./massgen.yaml of the keys and local servers that you have
${way("--demo")}an offline team that needs no key
${way("--config team.yaml")}your own team (or MASSGEN_SERVER_DEFAULT_CONFIG, ./massgen.yaml,
${" ".repeat(47)}./.massgen/config.yaml, ~/.config/massgen/config.yaml)
${way("--default-model gpt-4o")}a team of three of one model (or MASSGEN_SERVER_DEFAULT_MODEL)`;
}
