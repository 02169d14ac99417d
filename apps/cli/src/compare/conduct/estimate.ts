import type { RunRequest, Team } from "@massgen/core";
import { isPriced } from "../measure/amounts.ts";

/** What runs will take, about. */
export interface Estimate {
  readonly calls: number;
  readonly tokens: number;
  /** In dollars; null where a price is unknown. */
  readonly usd: number | null;
}

/** The tokens of an answer, and of a ballot with its reason, that are assumed as long as none has been seen. */
export const assumedAnswer = 400;
const assumedBallot = 150;
/** What a ballot and a presentation say around the answers. */
const instructions = 400;

/**
 * Estimates runs of a team in which all draft, all vote once, and one writes the final answer. Retries, revisions and
 * reasoning come on top.
 */
export function estimateOf(team: Team, requests: readonly RunRequest[]): Estimate {
  let [calls, tokens] = [0, 0];
  let usd: number | null = 0;
  for (const request of requests) {
    const setup = team.setupFor(request);
    const { members } = setup;
    const shown = members.length * assumedAnswer + instructions;
    let [input, output, dollars] = [0, 0, 0];
    const add = (member: (typeof members)[number], prompt: number, answer: number): void => {
      input += prompt;
      output += answer;
      const { price } = member;
      if (price) dollars += (price.call ?? 0) + (price.input * prompt + price.output * answer) / 1e6;
    };
    for (const member of members) {
      add(member, member.promptTokens, assumedAnswer);
      if (members.length > 1) add(member, member.promptTokens + shown, assumedBallot);
    }
    const [first] = members;
    if (first && members.length > 1) add(first, first.promptTokens + shown, assumedAnswer);
    calls += members.length > 1 ? 2 * members.length + 1 : 1;
    tokens += input + output;
    usd = usd === null || !isPriced(setup) ? null : usd + dollars;
  }
  return { calls, tokens, usd };
}
