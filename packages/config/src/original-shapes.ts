import type { ConfigPath } from "./config-path.ts";
import type { WrittenBackend } from "./cross-checks.ts";
import { agentsOf, backendKeys } from "./written-agents.ts";
import type { Finding } from "./finding.ts";
import type { Interpolated } from "./interpolate.ts";
import { pathKey } from "./config-path.ts";
import { isMapping, valueAt, type Mapping } from "./plain-tree.ts";

/** A file of the Python original, in this server's terms. */
export interface Adapted {
  readonly value: Mapping;
  readonly warnings: readonly Finding[];
}

/** What is known about a backend's provider. */
export interface BackendFacts {
  /** The backend fields that a type's provider knows. */
  readonly optionNames?: (type: string) => readonly string[] | undefined;
  /** The type of a backend that names none. */
  readonly inferType?: (backend: WrittenBackend) => string | undefined;
}

const mostAnswers = 3;

/**
 * Converts what the Python original writes differently: `text: { verbosity }` and `reasoning: { effort }` of a backend,
 * which are fields of OpenAI's Responses API, and more answers per agent than this server allows. A field that a
 * provider package knows under its own name stays as it is.
 */
export function adaptOriginal(filled: Interpolated, facts: BackendFacts): Adapted {
  const { value: tree } = filled;
  const warnings: Finding[] = [];
  const backend = (written: unknown, path: ConfigPath): unknown => {
    if (!isMapping(written)) return written;
    const type = typeOf(written, facts);
    const known = type === undefined ? undefined : facts.optionNames?.(type);
    const moves = nestedFields.filter(({ from }) => isMapping(written[from]) && known?.includes(from) !== true);
    return moves.reduce((rest, field) => moved(rest, field, { path, type, known }, warnings), written);
  };
  const agent = (written: unknown, path: ConfigPath): unknown =>
    isMapping(written)
      ? Object.fromEntries(
          Object.entries(written).map(([key, value]) => [
            key,
            backendKeys.includes(key) ? backend(value, [...path, key]) : value,
          ]),
        )
      : written;

  const agents = agentsOf(tree).map(({ path, agent: written }) => agent(written, path));
  const orchestrator = withFewerAnswers(tree["orchestrator"], filled, warnings);
  return {
    value: {
      ...tree,
      ...(Array.isArray(tree["agents"]) ? { agents } : isMapping(tree["agent"]) && { agent: agents[0] }),
      ...(orchestrator !== undefined && { orchestrator }),
    },
    warnings,
  };
}

interface NestedField {
  readonly from: string;
  readonly part: string;
  readonly to: string;
  /** Every provider knows the new name, or has a way to leave it out. */
  readonly general: boolean;
}

const nestedFields: readonly NestedField[] = [
  { from: "text", part: "verbosity", to: "verbosity", general: false },
  { from: "reasoning", part: "effort", to: "reasoning_effort", general: true },
];

interface Place {
  readonly path: ConfigPath;
  readonly type: string | undefined;
  readonly known: readonly string[] | undefined;
}

/** A backend with the value of one nested field under the name that is used here. */
function moved(backend: Mapping, field: NestedField, { path, type, known }: Place, warnings: Finding[]): Mapping {
  const { [field.from]: nested, ...rest } = backend;
  const { [field.part]: value, ...others } = nested as Mapping;
  const warn = (message: string, part?: string): void => {
    warnings.push({ path: [...path, field.from, ...(part === undefined ? [] : [part])], message });
  };
  for (const part of Object.keys(others)) {
    warn("ignored; a field of this service's own goes into `extra_body`", part);
  }
  if (value === undefined || value === null) return rest;
  if (isMapping(rest) && rest[field.to] !== undefined && rest[field.to] !== null) {
    warn(`ignored; \`${field.to}\` is there as well`, field.part);
    return rest;
  }
  if (!field.general && known?.includes(field.to) !== true) {
    warn(`ignored; ${type === undefined ? "this backend" : `type ${type}`} has no such setting`, field.part);
    return rest;
  }
  warn(`read as \`${field.to}\``, field.part);
  return { ...rest, [field.to]: value };
}

function typeOf(backend: Mapping, { inferType }: BackendFacts): string | undefined {
  const { type, model, base_url: baseUrl } = backend;
  if (typeof type === "string" && type !== "") return type;
  return inferType?.({
    ...(typeof model === "string" && { model }),
    ...(typeof baseUrl === "string" && baseUrl !== "" && { baseUrl }),
  });
}

/** The orchestrator's settings with an answer limit that this server allows; undefined if they need no change. */
function withFewerAnswers(orchestrator: unknown, filled: Interpolated, warnings: Finding[]): Mapping | undefined {
  const path = ["orchestrator", "max_new_answers_per_agent"];
  const written = valueAt({ orchestrator }, path);
  const isReference = filled.references.get(pathKey(path))?.whole === true;
  const answers = isReference && typeof written === "string" && /^\d{1,6}$/.test(written) ? Number(written) : written;
  if (!isMapping(orchestrator) || !Number.isInteger(answers) || (answers as number) <= mostAnswers) return undefined;
  warnings.push({ path, message: `read as ${mostAnswers}: this server allows a draft and two revisions` });
  return { ...orchestrator, max_new_answers_per_agent: mostAnswers };
}
