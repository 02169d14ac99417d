import { type Scenario, type ScenarioOptions, scenario } from "../../src/testing/scenario.ts";

export const three = (more: Partial<ScenarioOptions> = {}): Scenario => scenario({ agents: ["a", "b", "c"], ...more });

/** A run up to its vote: everybody's draft is its own name. */
export function voting(more: Partial<ScenarioOptions> = {}): Scenario {
  const run = three({ delivery: "whole", ...more });
  for (const [id] of run.state.agents) run.drafts(id, `The answer of ${id}.`);
  return run;
}

/** The vote of this agent goes to the first candidate on its ballot, or to the one named. */
export function vote(run: Scenario, voter: string, choice?: string): void {
  const { purpose } = run.order(voter);
  if (purpose.phase !== "ballot") throw new RangeError(`${voter} has no ballot`);
  run.votes(voter, choice ?? purpose.candidates[0]?.id ?? "", "agent1 says why");
}

/** Whoever writes the final answer does so. */
export function present(run: Scenario): void {
  const presenter = run.live()[0]?.split(" ")[0] ?? "";
  run.starts(presenter);
  run.presents(presenter, "The final answer.");
}

export const at = (run: Scenario, ms: number): Scenario => Object.assign(run, { nowMs: ms });
export const crash = (run: Scenario, cause: "lost" | "handed-back" = "lost"): void =>
  run.fact({ type: "resumed", cause, rules: 1, atMs: run.nowMs });
export const answerNow = (run: Scenario): void => run.fact({ type: "answer-now", atMs: run.nowMs });

/** An answer that breaks the client's format. */
export const broken = { violation: "it is not JSON" };
