import { wirePaths, wireStatuses } from "@massgen/server";
import type { AgentLabels, KnownAgents } from "./known-agents.ts";
import type { Instruments } from "./instruments.ts";
import { callResults, degradedReasons, outcomes, phases, savings, tokenKinds } from "./known-words.ts";

/** What observes requests and runs here, as failures to do so are counted. */
const observers = ["metrics", "log", "tracing"];

/**
 * Counters begin at 0 for every label that is known, or `increase()` would not see the first event: a series that
 * appears with 1 has not increased. The returned function does that for agents and models that are known by then.
 */
export function zeroSeries(instruments: Instruments, known: KnownAgents): () => void {
  const { requests, runs, asked, degraded, calls, tokens, cost, saved, reloads, observerFailures } = instruments;
  for (const route of wirePaths) for (const status of wireStatuses) requests.inc({ route, status }, 0);
  for (const outcome of outcomes) runs.inc({ outcome }, 0);
  for (const reason of degradedReasons) degraded.inc({ reason }, 0);
  for (const [reason] of savings) saved.inc({ reason }, 0);
  for (const result of ["applied", "refused"]) reloads.inc({ result }, 0);
  for (const observer of observers) observerFailures.inc({ observer }, 0);

  const done = new Set<AgentLabels | string>();
  const once = <Name extends AgentLabels | string>(names: readonly Name[], begin: (name: Name) => void): void => {
    for (const name of names) {
      if (done.has(name)) continue;
      done.add(name);
      begin(name);
    }
  };
  return () => {
    once(known.teams(), (team) => {
      // Whichever of them is the default.
      if (!team.startsWith("agent:")) asked.inc({ model: "massgen", team }, 0);
      if (team !== "") asked.inc({ model: `massgen/${team}`, team }, 0);
    });
    once(known.agents(), (agent) => {
      for (const phase of phases) {
        cost.inc({ ...agent, phase }, 0);
        for (const result of callResults) calls.inc({ ...agent, phase, result }, 0);
        for (const [kind] of tokenKinds) tokens.inc({ ...agent, phase, kind }, 0);
      }
    });
  };
}
