import { MassgenError } from "./errors.ts";
import type { CoordinationSettings } from "./coordination/settings.ts";

/**
 * Checks the settings of callers that have no configuration file.
 * @throws MassgenError `configuration` naming the setting and its possible values
 */
export function checkSettings(settings: CoordinationSettings, agentCount: number): void {
  const { quorum, stragglerGraceMs, budget, limits, maxAnswerChars, deadlineMs } = settings;
  check(settings.votingSensitivity, ["lenient", "balanced", "strict"], "votingSensitivity");
  check(settings.selfVotes, ["auto", "allow", "exclude"], "selfVotes");
  check(settings.finalAnswer, ["auto", "synthesize", "select"], "finalAnswer");
  check(settings.lazy, ["auto", "on", "off"], "lazy");
  check(settings.exhaustive, [true, false], "exhaustive");
  check(settings.traces, ["off", "summary", "full", "live"], "traces");
  check(settings.audience, ["client", "operator"], "audience");
  check(settings.maxNewAnswersPerAgent, [1, 2, 3], "maxNewAnswersPerAgent");
  if ((quorum === undefined) !== (stragglerGraceMs === undefined)) {
    throw new MassgenError("configuration", "quorum and stragglerGraceMs go together: give both or neither");
  }
  if (quorum !== undefined && !(Number.isInteger(quorum) && quorum >= 1 && quorum <= agentCount)) {
    throw new MassgenError("configuration", `quorum must be a whole number from 1 to ${agentCount}, the team's size`);
  }
  if (quorum !== undefined && settings.exhaustive) {
    throw new MassgenError("configuration", "an exhaustive run awaits every draft: set no quorum for it");
  }
  if (stragglerGraceMs !== undefined && !(stragglerGraceMs >= 0)) {
    throw new MassgenError("configuration", "stragglerGraceMs must be 0 or more");
  }
  const positive = { deadlineMs, maxAnswerChars, ...limits, ...budget };
  for (const [name, value] of Object.entries(positive)) {
    if (value !== undefined && !(value > 0)) throw new MassgenError("configuration", `${name} must be above 0`);
  }
}

function check(value: unknown, allowed: readonly unknown[], name: string): void {
  if (allowed.includes(value)) return;
  throw new MassgenError("configuration", `${name} must be one of ${allowed.join(", ")}`);
}
