import { andMore, ConfigError, type ConfigIssue } from "./config-error.ts";
import { pathKey, type ConfigPath } from "./config-path.ts";
import type { LoadedConfig } from "./config.ts";
import { crossCheck, type WrittenBackend } from "./cross-checks.ts";
import { toIssues, type Finding } from "./finding.ts";
import { interpolate } from "./interpolate.ts";
import { filterKeys } from "./known-key-filter.ts";
import { adaptOriginal } from "./original-shapes.ts";
import { normalize } from "./normalize.ts";
import { valueAt, type Mapping } from "./plain-tree.ts";
import { quotable } from "./quotable.ts";
import { validate } from "./validate.ts";
import { warnings } from "./warnings.ts";
import { readYaml } from "./yaml-document.ts";

/** What loading a configuration needs besides its text. */
export interface LoadOptions {
  /** The file's name in messages. It is not read. */
  readonly path: string;
  /** Where `${VAR}` is looked up; `mergeEnv` merges the environment with a `.env` file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Every backend type that exists, aliases included. Without it, unknown types are accepted. */
  readonly backendTypes?: readonly string[];
  /** Why a backend cannot be used, such as a missing key; reported with the other issues. */
  readonly backendProblem?: (backend: WrittenBackend) => string | undefined;
  /** The name of a backend's account; called if `backendProblem` finds nothing. */
  readonly accountOf?: (backend: WrittenBackend) => string;
  /** Why a package of `providers` cannot be used, such as one that is not installed; see `providerPackages`. */
  readonly packageProblem?: (name: string) => string | undefined;
  /** The backend fields that a type's provider knows. If it lists them, others are passed on with a warning. */
  readonly optionNames?: (type: string) => readonly string[] | undefined;
  /** The type of a backend that names none, from its address or its model's name. */
  readonly inferType?: (backend: WrittenBackend) => string | undefined;
}

/**
 * Reads the text of a YAML or JSON configuration file. Pure: reads no other file and not the process's environment.
 * @throws ConfigError with everything that is wrong with the file
 */
export function loadConfig(source: string, options: LoadOptions): LoadedConfig {
  const document = readYaml(source);
  if ("message" in document)
    throw new ConfigError(
      options.path,
      toIssues([document], () => undefined),
    );
  const { lines } = document;
  const crowd = tooManyAgents(document.value);
  if (crowd !== undefined) throw new ConfigError(options.path, toIssues([crowd], lines.lineOf));

  const filtered = filterKeys(document.value, options.optionNames);
  const interpolated = interpolate(filtered.value, options.env, lines);
  const adapted = adaptOriginal(interpolated, options);
  const filled = { ...interpolated, value: adapted.value };
  const validated = validate(filled);

  const isShowable = (path: ConfigPath): boolean =>
    !filled.references.has(pathKey(path)) && quotable(valueAt(filled.value, path));
  const unreadable = [...document.findings, ...filtered.errors, ...filled.findings];
  const unknownKeys = validated.success ? [] : validated.unknownKeys;
  const wrongValues = [
    ...(validated.success ? [] : validated.wrongValues),
    ...crossCheck(filled.value, options, isShowable),
  ];
  const foundWarnings = firstOf(
    toIssues([...filtered.warnings, ...adapted.warnings, ...warnings(filled.value, options)], lines.lineOf),
  );
  const errors = [...unreadable, ...unknownKeys, ...firstPerPath(wrongValues, unreadable)];
  if (!validated.success || errors.length > 0) {
    throw new ConfigError(options.path, toIssues(errors, lines.lineOf), foundWarnings);
  }
  return {
    config: normalize(validated.config),
    warnings: foundWarnings,
    lineOf: lines.lineOf,
  };
}

/** The most agents of a team: each drafts and votes in every run. */
const maxAgents = 1000;

function tooManyAgents({ agents }: Mapping): Finding | undefined {
  if (!Array.isArray(agents) || agents.length <= maxAgents) return undefined;
  return { path: ["agents"], message: `must hold at most ${maxAgents} agents, not ${agents.length}` };
}

/** The most warnings about one file. */
const mostWarnings = 100;

function firstOf(warnings: readonly ConfigIssue[]): readonly ConfigIssue[] {
  if (warnings.length <= mostWarnings) return warnings;
  return [...warnings.slice(0, mostWarnings), { path: "", message: andMore(warnings.length - mostWarnings) }];
}

/** At most one finding for each value, and none for what could not be read: further ones would be consequences. */
function firstPerPath(findings: readonly Finding[], earlier: readonly Finding[]): Finding[] {
  const seen = new Set(earlier.map((finding) => pathKey(finding.path)));
  return findings.filter((finding) => {
    const key = pathKey(finding.path);
    return !seen.has(key) && seen.add(key);
  });
}
