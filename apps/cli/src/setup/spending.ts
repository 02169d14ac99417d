import { checkPrices } from "@massgen/config";
import type { ApiKey } from "@massgen/server";
import type { StoreSettings } from "./store-settings.ts";
import type { Teams } from "./teams.ts";

/**
 * Checks that the prices are known that limits in dollars need.
 * @throws MassgenError `configuration` naming the setting, the agents, and what to write
 */
export async function checkSpending(
  { teams, roster, coordination, registry }: Pick<Teams, "teams" | "roster" | "coordination" | "registry">,
  keys: readonly ApiKey[],
): Promise<void> {
  // Agents alone have the file's settings, those of no team too.
  const alone = roster === undefined ? [] : [roster];
  const limited = [
    ...teams.flatMap((team) => (isLimited(team) ? [{ built: team.built, by: budgetOf(team) }] : [])),
    ...(isLimited({ coordination }) ? alone.map((built) => ({ built, by: budgetOf({}) })) : []),
    ...limitedKeys(keys).flatMap((key) => {
      const by = `\`max_usd_per_day\` of the key of ${key.name}`;
      const its = teams.filter(({ name }) => !key.teams || key.teams.includes(name ?? ""));
      return [...its.map(({ built }) => built), ...(key.teams ? [] : alone)].map((built) => ({ built, by }));
    }),
  ];
  if (limited.length === 0) return;
  await registry.prices.load();
  for (const { built, by } of limited) checkPrices(built.team, registry, by);
}

function isLimited({ coordination }: Pick<Teams, "coordination">): boolean {
  return coordination?.budget.maxUsd !== undefined;
}

function budgetOf({ name }: Pick<Teams["teams"][number], "name">): string {
  return name === undefined ? "`orchestrator.budget.max_usd`" : `\`budget.max_usd\` of the team ${name}`;
}

/** The keys whose runs may cost only so much in a day. */
export function limitedKeys(keys: readonly ApiKey[]): readonly Exclude<ApiKey, string>[] {
  return keys.filter((key) => typeof key !== "string").filter(({ maxUsdPerDay }) => maxUsdPerDay !== undefined);
}

/** A warning where what keys have spent does not outlive the process. */
export function spendingWarning({ kind }: StoreSettings, keys: readonly ApiKey[]): string | undefined {
  if ((kind !== "memory" && kind !== "off") || limitedKeys(keys).length === 0) return undefined;
  return `what keys have spent today is forgotten when this process ends, and each process counts for itself: \`max_usd_per_day\` needs a store on disk or in Postgres, and \`store\` is ${kind}`;
}
