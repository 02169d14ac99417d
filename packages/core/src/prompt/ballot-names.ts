import type { Tool } from "../model/chat-request.ts";

/** What the tools of a ballot are called. */
export interface BallotNames {
  readonly vote: string;
  readonly newAnswer: string;
}

/** The usual names. */
export const usualNames: BallotNames = { vote: "vote", newAnswer: "new_answer" };

const prefix = "massgen_";

/**
 * The names for a client's tools: the usual ones, or others where a tool of the client's has one of them, so that no
 * model confuses the two. The same tools always give the same names.
 */
export function ballotNames(tools: readonly Pick<Tool, "name">[] = []): BallotNames {
  const taken = new Set(tools.map(({ name }) => name));
  let names = usualNames;
  while (taken.has(names.vote) || taken.has(names.newAnswer)) {
    names = { vote: prefix + names.vote, newAnswer: prefix + names.newAnswer };
  }
  return names;
}

/** Whether a tool of this name may be that of a vote: for simulators, which look at a request from outside. */
export function isVoteName(name: string): boolean {
  return /^(?:massgen_){0,99}vote$/.test(name);
}
