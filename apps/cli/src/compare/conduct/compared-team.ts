import { type AgentConfig, checkPrices } from "@massgen/config";
import { type CoordinationSettings, MassgenError, type Ports, systemPorts, type Team } from "@massgen/core";
import type { Registry } from "@massgen/providers";
import type { Teams } from "../../setup/teams.ts";
import { buildTeam } from "../../teams/built-team.ts";
import { digestOf, teamDigest } from "./digest.ts";

/** A team whose members are compared with it. */
export interface ComparedTeam {
  readonly name: string;
  readonly agents: readonly AgentConfig[];
  /** Asks everybody, awaits every draft and every ballot. */
  readonly measured: Team;
  /** The rules by which it answers otherwise. */
  readonly rules: CoordinationSettings;
  readonly digest: string;
  readonly ports: Ports;
  /** What one of its agents, or another of the configuration, answers alone. */
  readonly alone: (agent: AgentConfig) => { readonly team: Team; readonly digest: string };
}

/**
 * The team to compare.
 * @param wanted its name; the default team where it is absent
 * @throws MassgenError `configuration` where there is none of that name, or it has one agent
 */
export function comparedTeam({ teams, defaultTeam, registry, title }: Teams, wanted: string | undefined): ComparedTeam {
  const found = wanted === undefined ? defaultTeam : teams.find(({ name }) => name === wanted);
  if (found === undefined) {
    const names = teams.flatMap(({ name }) => name ?? []);
    const there = names.length > 0 ? `There are: ${names.join(", ")}.` : "It names no teams: leave --team out.";
    throw new MassgenError("configuration", `${title} has no team "${wanted ?? ""}". ${there}`);
  }
  const { name = title, agents, built } = found;
  if (agents.length < 2) {
    throw new MassgenError("configuration", `the team ${name} has one agent: there is nothing to compare it with.`);
  }
  const rules: CoordinationSettings = { ...built.team.settings, exhaustive: false };
  const { quorum: _, stragglerGraceMs: __, ...others } = rules;
  const measured = buildTeam(agents, registry, { ...others, exhaustive: true, lazy: "off" }).team;
  return {
    name,
    agents,
    measured,
    rules,
    digest: teamDigest(agents, measured.settings),
    ports: portsOf(registry),
    alone(agent) {
      // What limits a run of the team is no limit of an agent alone, but for its time.
      const settings = { ...others, budget: {} };
      return {
        team: buildTeam([agent], registry, settings).team,
        digest: digestOf({ alone: teamDigest([agent], { ...settings }) }),
      };
    },
  };
}

/** @throws MassgenError `configuration` where what the comparison may cost cannot be kept */
export function checkLimit({ measured }: ComparedTeam, registry: Registry): void {
  checkPrices(measured, registry, "--max-usd");
}

function portsOf(registry: Registry): Ports {
  const { price, rates } = registry.prices;
  return { ...systemPorts, redact: registry.describe.redactKnown, price, rates };
}
