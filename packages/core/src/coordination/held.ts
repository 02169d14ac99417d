import type { Phase } from "./receipt.ts";
import { type State, type Step, latestStartMs } from "./state.ts";

/** Those called at first have this long, and at least this much longer than the first of them took. */
const hedgeMs = { atMost: 20_000, atLeastMore: 5000 };

/** The fewest that are more than half of a number. */
export function moreThanHalf(of: number): number {
  return Math.floor(of / 2) + 1;
}

/**
 * Divides agents into those that a lazy run calls at first, as many as are enough to decide, and the rest. Both keep
 * their order; the turn of the first ones goes by the run's place in the team. If the run is not lazy, nobody is left.
 */
export function divide(
  { setup }: State,
  agents: readonly string[],
  enough: number,
): { readonly first: readonly string[]; readonly rest: readonly string[] } {
  if (setup.lazy === undefined) return { first: agents, rest: [] };
  const ids = setup.members.map(({ id }) => id);
  const { from } = setup.lazy;
  const turns = [...ids.slice(from), ...ids.slice(0, from)].filter((id) => agents.includes(id));
  const called = new Set(turns.slice(0, enough));
  return { first: agents.filter((id) => called.has(id)), rest: agents.filter((id) => !called.has(id)) };
}

/** Holds agents back: they count as out, and are called when the others cannot decide or take long. */
export function hold(step: Step, phase: Phase, agents: readonly string[]): void {
  if (agents.length === 0) return;
  step.set({ held: { agents, sinceMs: step.state.nowMs } });
  step.announce({ type: "agents-held", phase, agentIds: agents });
  setHedge(step);
}

/** One of those called at first has finished. The first to do so says how long the others may take. */
export function hasFinished(step: Step): void {
  const { held, nowMs } = step.state;
  if (!held || held.firstMs !== undefined) return;
  step.set({ held: { ...held, firstMs: nowMs - held.sinceMs } });
  setHedge(step);
}

/** The calls that are out are made again now, so the others are given their time again. */
export function holdOn(step: Step): void {
  const { held, nowMs } = step.state;
  if (!held) return;
  step.set({ held: { ...held, sinceMs: nowMs } });
  setHedge(step);
}

/** Nobody is held back any more. Returns who was. */
export function release(step: Step): readonly string[] {
  const { held } = step.state;
  if (!held) return [];
  step.set({ held: undefined });
  step.effects.push({ type: "stop-timer", timer: "hedge" });
  return held.agents;
}

/** Twice the time of the first one that finished; in a short run, half of the time that is left. */
function setHedge(step: Step): void {
  const { held, setup } = step.state;
  if (!held) return;
  const { sinceMs, firstMs } = held;
  const left = Math.max(0, latestStartMs(setup, "draft") - sinceMs);
  const latest = Math.min(hedgeMs.atMost, Math.floor(left / 2));
  const wait = firstMs === undefined ? latest : Math.min(latest, Math.max(2 * firstMs, firstMs + hedgeMs.atLeastMore));
  step.effects.push({ type: "start-timer", timer: "hedge", atMs: sinceMs + wait });
}
