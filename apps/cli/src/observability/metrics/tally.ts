import type { Phase } from "@massgen/core";
import type { Counter } from "prom-client";
import type { AgentLabels } from "./known-agents.ts";

/** Sums of a counter by agent, phase and one label more. */
export interface Tally {
  readonly add: (agent: AgentLabels, phase: Phase, word: string, value: number) => void;
  /** Hands the sums to the counter. */
  readonly settle: () => void;
}

/**
 * Sums for a counter that is read seldom: it puts the labels of every figure together anew, and a run has twenty.
 *
 * @param label the name of the last label
 */
export function tally(counter: Counter, label: string): Tally {
  const sums = new Map<AgentLabels, Map<string, { readonly phase: Phase; readonly word: string; value: number }>>();
  return {
    add(agent, phase, word, value) {
      let own = sums.get(agent);
      if (own === undefined) sums.set(agent, (own = new Map()));
      const key = `${phase} ${word}`;
      const sum = own.get(key);
      if (sum === undefined) own.set(key, { phase, word, value });
      else sum.value += value;
    },
    settle() {
      for (const [agent, own] of sums) {
        for (const { phase, word, value } of own.values()) {
          counter.inc({ ...agent, phase, [label]: word }, value);
        }
      }
      sums.clear();
    },
  };
}
