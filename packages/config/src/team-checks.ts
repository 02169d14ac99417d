import type { ConfigPath } from "./config-path.ts";
import { agentsOf } from "./written-agents.ts";
import type { Finding } from "./finding.ts";
import { mostAdvised, nearest } from "./nearest.ts";
import { isMapping, valueAt, type Mapping } from "./plain-tree.ts";
import { longestPattern, mostAliases, mostTeams, teamNamePattern } from "./teams-schema.ts";

/**
 * Checks the teams of a file, and whatever names one: agents, the default team, aliases, clients' keys.
 * @param isShowable whether the value at a path may be repeated in a message
 */
export function checkTeams(tree: Mapping, isShowable: (path: ConfigPath) => boolean): readonly Finding[] {
  const teams = mappingAt(tree, "teams");
  const names = teams && Object.keys(teams);
  const check: Names = { names, isShowable, advised: 0 };
  return [
    ...checkMembers(tree, teams ?? {}, isShowable),
    ...namesOf(tree, ["default_team"], check),
    ...checkAliases(tree, check),
    ...checkKeys(tree, check),
  ];
}

/** Checks what stands where a team's name should stand. */
interface Names {
  /** Undefined in a file without teams. */
  readonly names: readonly string[] | undefined;
  readonly isShowable: (path: ConfigPath) => boolean;
  advised: number;
}

function namesOf(tree: Mapping, path: ConfigPath, check: Names): readonly Finding[] {
  const { names, isShowable } = check;
  const name = valueAt(tree, path);
  if (typeof name !== "string" || names?.includes(name)) return [];
  const shown = isShowable(path) ? ` "${name}"` : "";
  if (names === undefined) return [{ path, message: `names a team${shown}, but this file has no \`teams\`` }];
  return [{ path, message: `there is no team${shown}; ${advice(name, names, check)}` }];
}

/** The nearest name, or all; only for the first names of a file, as each is compared with all. */
function advice(name: string, names: readonly string[], check: { advised: number }): string {
  check.advised += 1;
  const near = check.advised > mostAdvised ? undefined : nearest(name, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length === 0 ? "none is written here" : `there are: ${names.slice(0, mostNamed).join(", ")}`;
}

/** The most names that a message lists. */
const mostNamed = 20;

function checkMembers(tree: Mapping, teams: Mapping, isShowable: Names["isShowable"]): readonly Finding[] {
  const ids = agentsOf(tree).map(({ agent }, index) => idOf(agent, index));
  const known = new Set(ids);
  const counted = { advised: 0 };
  const names = Object.keys(teams);
  const findings: Finding[] = [];
  if (names.length > mostTeams) {
    return [{ path: ["teams"], message: `must hold at most ${mostTeams} teams, not ${names.length}` }];
  }
  if (names.length === 0 && isMapping(tree["teams"])) {
    findings.push({ path: ["teams"], message: "must hold at least one team; leave it out if all agents are one" });
  }
  for (const name of names) {
    if (!teamNamePattern.test(name)) {
      const message = "a team's name begins with a letter, and has up to 64 letters, digits, dots, - and _";
      findings.push({ path: ["teams", name], message });
    }
    const members = valueAt(teams, [name, "agents"]);
    const seen = new Set<unknown>();
    for (const [index, id] of (Array.isArray(members) ? (members as unknown[]) : []).entries()) {
      const path = ["teams", name, "agents", index];
      const shown = isShowable(path) ? ` "${String(id)}"` : "";
      if (typeof id !== "string") continue;
      if (seen.has(id)) findings.push({ path, message: `names the agent${shown} a second time` });
      else if (!known.has(id))
        findings.push({ path, message: `there is no agent${shown}; ${advice(id, ids, counted)}` });
      seen.add(id);
    }
  }
  return findings;
}

/** An agent's id; without one, that of its place. */
function idOf(agent: unknown, index: number): string {
  const id = valueAt(agent, ["id"]);
  return typeof id === "string" ? id : `agent_${index + 1}`;
}

function checkAliases(tree: Mapping, check: Names): readonly Finding[] {
  const patterns = Object.keys(mappingAt(tree, "aliases") ?? {});
  if (patterns.length > mostAliases) {
    return [{ path: ["aliases"], message: `must hold at most ${mostAliases} names, not ${patterns.length}` }];
  }
  return patterns.flatMap((pattern) => {
    const path = ["aliases", pattern];
    const message = patternProblem(pattern);
    return message === undefined ? namesOf(tree, path, check) : [{ path, message }];
  });
}

function patternProblem(pattern: string): string | undefined {
  if (pattern === "massgen") return "is this server's own name; `default_team` says which team it is";
  if (pattern.startsWith("massgen/")) return "begins like this server's own names, which no alias changes";
  if (pattern.trim() !== pattern || pattern === "") return "must be a model name, with * for any characters";
  if (pattern.length > longestPattern) return `must have at most ${longestPattern} characters`;
  // The keys of a mapping that are numbers come first, whatever the file's order.
  return /^\d+$/.test(pattern) ? "must not be a mere number; write more of the model's name" : undefined;
}

function checkKeys(tree: Mapping, check: Names): readonly Finding[] {
  const keys = valueAt(tree, ["server", "client_keys"]);
  if (!Array.isArray(keys)) return [];
  const first = new Map<string, number>();
  const limits = new Map<string, { readonly usd: number; readonly index: number }>();
  return keys.flatMap((entry: unknown, index): readonly Finding[] => {
    const path = ["server", "client_keys", index];
    const key = valueAt(entry, ["key"]);
    const before = typeof key === "string" ? first.get(key) : undefined;
    if (typeof key === "string" && before === undefined) first.set(key, index);
    const name = valueAt(entry, ["name"]);
    const usd = valueAt(entry, ["max_usd_per_day"]);
    const limit = typeof name === "string" ? limits.get(name) : undefined;
    if (typeof name === "string" && typeof usd === "number" && limit === undefined) limits.set(name, { usd, index });
    const teams = valueAt(entry, ["teams"]);
    const count = Array.isArray(teams) ? teams.length : 0;
    return [
      ...(before === undefined
        ? []
        : [{ path: [...path, "key"], message: `is that of client_keys[${before}] already` }]),
      ...(limit === undefined || typeof usd !== "number" || usd === limit.usd
        ? []
        : [{ path: [...path, "max_usd_per_day"], message: differs(limit.index) }]),
      ...Array.from({ length: count }, (_, at) => namesOf(tree, [...path, "teams", at], check)).flat(),
    ];
  });
}

function differs(index: number): string {
  return `differs from that of client_keys[${index}], but keys of one name share what they may spend; write it once`;
}

function mappingAt(tree: Mapping, key: string): Mapping | undefined {
  const value = tree[key];
  return isMapping(value) ? value : undefined;
}
