import { counted, shortCount, shownDollars } from "../../runs/amounts.ts";
import type { ComparedTeam } from "../conduct/compared-team.ts";
import { assumedAnswer, estimateOf } from "../conduct/estimate.ts";
import type { PlannedRun } from "../conduct/plan.ts";
import type { SamplingPlan } from "../conduct/self-consistency.ts";
import type { Question } from "../questions/question.ts";

interface Work {
  readonly questions: readonly Question[];
  readonly runsEach: number;
  readonly selfConsistency: string | boolean;
  readonly maxUsd: number | undefined;
  readonly team: ComparedTeam;
  /** Runs that are not kept yet, or not whole. */
  readonly open: readonly PlannedRun[];
  readonly kept: number;
}

/** What a comparison will take, before anything is called. */
export function costLines({ questions, runsEach, selfConsistency, maxUsd, team, open, kept }: Work): readonly string[] {
  const size = team.agents.length;
  const each = runsEach === 1 ? "one run each" : `${runsEach} runs each`;
  const { calls, tokens, usd } = estimateOf(
    team.measured,
    open.map(({ request }) => request),
  );
  const dollars = usd === null ? "; what they cost is unknown" : `, ${shownDollars(usd)}`;
  const judged = questions.filter(({ expectation }) => expectation.type === "judge").length;
  return [
    `${counted(questions.length, "question")}, ${each}: ${size} drafts, ${size} votes and a final answer a run.`,
    open.length === 0
      ? `All ${counted(kept, "run")} are kept already: nothing is called for them.`
      : `${kept > 0 ? `${counted(kept, "run")} kept already, ` : ""}${counted(open.length, "run")} to make: about ${counted(calls, "call")}, ${shortCount(tokens)} tokens${dollars} (if an answer takes ${assumedAnswer} tokens and nobody revises).`,
    ...(judged > 0
      ? [`Then the judge: up to ${counted(2 * (size + 2) * judged * runsEach, "call")}, two for each different answer.`]
      : []),
    ...(selfConsistency === false ? [] : ["Then one member several times: how often is said before it is asked."]),
    ...(maxUsd === undefined ? [] : [`It stops before it costs more than $${maxUsd}.`]),
  ];
}

/** What self-consistency will take. */
export function samplingLine({ ofItem, calls, usd }: SamplingPlan): string {
  const times = [...new Set(ofItem.map(({ agentId, samples }) => `${agentId} ${samples} times`))].join(", ");
  const dollars = usd === null ? "" : `, about ${shownDollars(usd)}`;
  return `Self-consistency at the team's cost: ${times}. That is ${counted(calls, "more call")}${dollars}, less those that are kept.`;
}
