import { matchesPattern, type ModelAlias } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import type { FoundTeam } from "@massgen/server";
import { unknownModel } from "./team-of-three.ts";

/** Names that clients send: the prefix of all, and those of single agents and of other models. */
const ownPrefix = "massgen/";
export const agentPrefix = "massgen/agent:";
export const modelPrefix = "massgen/model:";

/** What clients can name. */
export interface Names {
  /** Teams in their order; one without a name if all agents are one team. */
  readonly teams: readonly { readonly name?: string; readonly agents: readonly { readonly id: string }[] }[];
  /** Answers for `massgen`; absent when every request has to name a model. */
  readonly defaultTeam?: Names["teams"][number];
  /** All agents of a configuration. */
  readonly agents: readonly { readonly id: string }[];
  readonly aliases: readonly ModelAlias[];
  /** Whether a request's plain model name is ignored: a configuration is the authority. */
  readonly authority: boolean;
  /** The demo: it never calls a model, whatever a request names. */
  readonly offline: boolean;
}

/** What a client may use of them. */
interface Reach {
  readonly teams: Names["teams"];
  readonly defaultTeam?: Names["teams"][number];
  readonly agents: readonly { readonly id: string }[];
  readonly aliases: readonly ModelAlias[];
  /** Whether it may choose a model. */
  readonly models: boolean;
}

/** @param allowed the teams of the client's key, its default first; undefined for all */
function reachOf(names: Names, allowed?: readonly string[]): Reach {
  const { defaultTeam, agents, aliases, offline } = names;
  if (allowed === undefined) {
    return { teams: names.teams, ...(defaultTeam && { defaultTeam }), agents, aliases, models: !offline };
  }
  const teams = allowed.flatMap((wanted) => names.teams.find(({ name }) => name === wanted) ?? []);
  const [first] = teams;
  const members = new Set(teams.flatMap((team) => team.agents.map(({ id }) => id)));
  return {
    teams,
    ...(first && { defaultTeam: first }),
    agents: agents.filter(({ id }) => members.has(id)),
    aliases: aliases.filter(({ team }) => allowed.includes(team)),
    models: false,
  };
}

/**
 * The team that a client's model name means. An alias for a team that its key may not use is none for this client.
 * @throws MassgenError `not-found`, or `permission` for a model where the key may name teams only
 */
export function findTeam(names: Names, model: string | undefined, allowed?: readonly string[]): FoundTeam {
  const { teams, defaultTeam, agents, aliases, models } = reachOf(names, allowed);
  const found = (team: Names["teams"][number]): FoundTeam =>
    team.name === undefined ? { model: "massgen" } : { model: ownPrefix + team.name, name: team.name };

  const byDefault = (): FoundTeam => {
    if (defaultTeam === undefined) throw new MassgenError("not-found", noTeam);
    return found(defaultTeam);
  };
  if (model === undefined || model === "massgen") return byDefault();
  if (model.startsWith(modelPrefix) && model.trim() !== modelPrefix && !names.offline) {
    if (!models) throw new MassgenError("permission", noModels, { param: "model" });
    return { model, ...(defaultTeam?.name !== undefined && { name: defaultTeam.name }) };
  }
  if (model.startsWith(agentPrefix)) {
    const id = model.slice(agentPrefix.length);
    if (!agents.some((agent) => agent.id === id)) throw unknownModel(model);
    return { model, name: `agent:${id}` };
  }
  if (model.startsWith(ownPrefix)) {
    const team = teams.find(({ name }) => name === model.slice(ownPrefix.length));
    if (team === undefined) throw unknownModel(model);
    return found(team);
  }
  if (models && !names.authority) return { model };
  const alias = aliases.find(({ pattern }) => matchesPattern(model, pattern));
  const other = teams.find(({ name }) => name !== undefined && name === alias?.team);
  return other === undefined ? byDefault() : found(other);
}

/** The model names that `GET /v1/models` lists. A pattern is no name. */
export function modelNames(names: Names & WithModels, allowed?: readonly string[]): readonly string[] {
  const { teams, defaultTeam, agents, aliases, models } = reachOf(names, allowed);
  const others = [...new Set(models ? names.models : [])];
  return [
    ...(defaultTeam ? ["massgen"] : []),
    ...teams.flatMap(({ name }) => (name === undefined ? [] : ownPrefix + name)),
    ...agents.map(({ id }) => agentPrefix + id),
    ...others.map((model) => (names.authority ? modelPrefix + model : model)),
    ...aliases.map(({ pattern }) => pattern).filter((pattern) => !pattern.includes("*")),
  ];
}

/** The models of the default team, which it can be switched between. */
interface WithModels {
  readonly models: readonly string[];
}

const noModels =
  "This key may name teams, not models: ask for massgen, or for one of the names that GET /v1/models lists.";

const noTeam =
  'This server has no team: name a model that identifies its provider, such as "gpt-4o" or "groq/<model>". An operator can configure a team with --config, or a model with --default-model.';
