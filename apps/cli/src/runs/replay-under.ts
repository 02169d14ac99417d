import { type CoordinationOptions, type Fact, MassgenError } from "@massgen/core";
import { decideAgain, type Verdict } from "@massgen/core/replay";
import type { MassgenConfig } from "@massgen/config";
import type { KeptRun } from "@massgen/runs";
import type { CliContext } from "../context.ts";
import { withDotEnv } from "../setup/environment.ts";
import { readConfiguration } from "./find-store.ts";
import { ruleChanges } from "./replay-report.ts";

interface Replayed {
  readonly was: Verdict;
  readonly wouldBe: Verdict;
  readonly changes: ReturnType<typeof ruleChanges>;
}

/**
 * Decides a kept run again.
 * @param path of the configuration with the other rules; without it, the run's own
 * @throws MassgenError `configuration` for a run that has not ended, and for rules that do not suit it
 */
export function replayUnder(
  run: KeptRun,
  log: readonly Fact[],
  path: string | undefined,
  { cwd, env }: Pick<CliContext, "cwd" | "env">,
): Replayed {
  const was = decideAgain(run.setup, log, run.request);
  if (was.status === "undetermined" || was.status === "decided") {
    throw new MassgenError("configuration", `${run.id} has not ended yet, so there is nothing to decide again.`);
  }
  if (path === undefined) return { was, wouldBe: was, changes: [] };
  const rules = rulesIn(readConfiguration(path, withDotEnv(env, [cwd]), cwd), run);
  const wouldBe = decideAgain(run.setup, log, run.request, rules);
  return { was, wouldBe, changes: ruleChanges(was.settings, wouldBe.settings) };
}

/** The rules of the run's team in a configuration; those of its default team where it has none of that name. */
function rulesIn({ teams, defaultTeam, coordination }: MassgenConfig, { team, setup }: KeptRun): CoordinationOptions {
  const named = (name: string | undefined) => teams.find((one) => one.name === name)?.coordination;
  const rules = named(team.slice(team.indexOf("/") + 1)) ?? named(defaultTeam) ?? coordination;
  // As for a server's own team: small models on local servers do not revise unless that is wanted.
  const unrevised = rules.maxNewAnswersPerAgent === undefined && setup.allLocal === true;
  return { ...rules, ...(unrevised && { maxNewAnswersPerAgent: 1 }) };
}
