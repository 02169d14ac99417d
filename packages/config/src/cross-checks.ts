import { checkLimits, type AccountBackend } from "./account-limits.ts";
import type { ConfigPath } from "./config-path.ts";
import type { Finding } from "./finding.ts";
import { localToolTypes } from "./known-keys.ts";
import { nearest } from "./nearest.ts";
import { isMapping, valueAt, type Mapping } from "./plain-tree.ts";
import { checkPackages } from "./provider-packages.ts";
import { checkQuorums } from "./quorum-checks.ts";
import { lacksBlank, unknownKeyMessage } from "./sections.ts";
import { checkTeams } from "./team-checks.ts";
import { agentsOf, backendsOf } from "./written-agents.ts";

/** What the host knows about backend types. */
export interface Host {
  /** The types that exist, aliases included; without it, any name is accepted but those of local tools. */
  readonly backendTypes?: readonly string[];
  /** Why a package of `providers` cannot be used. */
  readonly packageProblem?: (name: string) => string | undefined;
  /** Why a backend cannot be used, such as a missing key; called if its type and model are fine. */
  readonly backendProblem?: (backend: WrittenBackend) => string | undefined;
  /** The name of a backend's account; called if it can be used. */
  readonly accountOf?: (backend: WrittenBackend) => string;
}

/** How to reach a backend, as far as the file says. */
export interface WrittenBackend {
  readonly type?: string;
  readonly model?: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly proxy?: string;
  readonly caFile?: string;
}

/**
 * Checks that involve several keys of a file. Reads the tree as it is, valid or not, so that these findings come
 * together with those about single values; it ignores whatever has the wrong shape.
 * @param isShowable whether the value at a path may be repeated in a message
 */
export function crossCheck(tree: Mapping, host: Host, isShowable: (path: ConfigPath) => boolean): readonly Finding[] {
  const packages = checkPackages(tree, host.packageProblem);
  const backends = checkBackends(tree, host, isShowable, packages.lacksTypes);
  return [
    ...packages.findings,
    ...checkAgents(tree, isShowable),
    ...backends,
    ...checkTeams(tree, isShowable),
    ...checkQuorums(tree),
  ];
}

function checkAgents(tree: Mapping, isShowable: (path: ConfigPath) => boolean): Finding[] {
  const findings: Finding[] = [];
  const single = isGiven(tree["agent"]);
  const several = isGiven(tree["agents"]);
  if (single && several) findings.push({ path: ["agent"], message: "conflicts with `agents`; keep one of the two" });
  if (!single && !several) {
    findings.push({
      path: [],
      message: "names no agents; add `agents`, a list in which each has an `id` and a `backend`",
    });
  }
  const agents = agentsOf(tree);
  const firstWith = new Map<string, number>();
  for (const [index, { path: agentPath, agent }] of agents.entries()) {
    const path = [...agentPath, "id"];
    const id = valueAt(agent, ["id"]);
    if (!isGiven(id) && isMapping(agent) && agents.length > 1) {
      findings.push({ path, message: "is missing; each of several agents needs an id of its own" });
    }
    if (typeof id !== "string") continue;
    const first = firstWith.get(id);
    if (id === "orchestrator") {
      findings.push({ path, message: "must not be orchestrator, which names the coordinator in traces" });
    } else if (first !== undefined) {
      const shown = isShowable(path) ? `"${id}" ` : "";
      findings.push({ path, message: `${shown}is the id of agents[${first}] already; ids must be unique` });
    } else {
      firstWith.set(id, index);
    }
  }
  return findings;
}

/** @param lacksTypes whether a package could not be used: an unknown type may be one of its types */
function checkBackends(
  tree: Mapping,
  host: Host,
  isShowable: (path: ConfigPath) => boolean,
  lacksTypes: boolean,
): Finding[] {
  const findings: Finding[] = [];
  const usable: AccountBackend[] = [];
  for (const { path, backend } of backendsOf(tree)) {
    const before = findings.length;
    for (const key of Object.keys(backend)) {
      if (lacksBlank(key)) findings.push({ path: [...path, key], message: unknownKeyMessage(path, key) });
    }
    const { type, model } = backend;
    if (typeof type === "string" && type !== "") {
      const typePath = [...path, "type"];
      const message = typeProblem(type, host.backendTypes, isShowable(typePath), lacksTypes);
      if (message !== undefined) findings.push({ path: typePath, message });
    }
    const isKnown = typeof type !== "string" || type === "" || host.backendTypes?.includes(type) !== false;
    if ((!isGiven(model) || model === "") && !hasOwnModel(type)) {
      findings.push({ path: [...path, "model"], message: "is missing; name the model, such as gpt-4o" });
    }
    if (isGiven(backend["max_tokens"]) && isGiven(backend["max_completion_tokens"])) {
      findings.push({
        path: [...path, "max_completion_tokens"],
        message: "means the same as `max_tokens`; keep one of the two",
      });
    }
    const written = findings.length === before && isKnown ? writtenBackend(backend) : undefined;
    const problem = written && host.backendProblem?.(written);
    if (problem !== undefined) findings.push({ path, message: problem });
    else if (written && host.accountOf) usable.push({ path, backend, account: host.accountOf(written) });
  }
  return [...findings, ...checkLimits(usable)];
}

/** Undefined when one of them is not text, which is a finding of its own. */
function writtenBackend(backend: Mapping): WrittenBackend | undefined {
  const fields = {
    type: backend["type"],
    model: backend["model"],
    apiKey: backend["api_key"],
    baseUrl: backend["base_url"],
    proxy: backend["proxy"],
    caFile: backend["ca_file"],
  };
  const given = Object.entries(fields).filter(([, value]) => isGiven(value) && value !== "");
  return given.every(([, value]) => typeof value === "string") ? Object.fromEntries(given) : undefined;
}

/** The demo needs no model, and a local tool is refused anyway. */
function hasOwnModel(type: unknown): boolean {
  return type === "demo" || (typeof type === "string" && localToolTypes.has(type));
}

function typeProblem(
  type: string,
  known: readonly string[] | undefined,
  showable: boolean,
  lacksTypes: boolean,
): string | undefined {
  if (known?.includes(type) === true) return undefined;
  const shown = showable ? ` "${type}"` : "";
  if (localToolTypes.has(type)) {
    return `${shown.trim() || "this type"} wraps a tool on the user's machine, which a plain server cannot run; use openai, claude or another type of model service`;
  }
  if (known === undefined) return undefined;
  const near = nearest(type, known);
  if (near === undefined && lacksTypes) return undefined;
  return `unknown type${shown}; ${near === undefined ? `known types: ${known.join(", ")}` : `did you mean ${near}?`}`;
}

/** A key without a value is YAML's null, and means the same as no key. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
