import type { Outcome } from "@massgen/core";
import { type GradedItem, type GradedRun, isRight } from "./graded-run.ts";

/** What the comparison says of the team itself, beside how often it is right. Counts are runs. */
export interface TeamFacts {
  /** How far each outcome can be trusted. */
  readonly byOutcome: readonly { readonly outcome: Outcome; readonly runs: number; readonly right: number }[];
  readonly members: readonly MemberFacts[];
  readonly pairs: readonly PairFacts[];
  /** By the number of places on a ballot. */
  readonly ballots: readonly { readonly places: number; readonly votes: readonly number[] }[];
  readonly presenter: PresenterFacts;
  /** Runs that were broken off and gone on with: their times are left out. */
  readonly resumed: number;
  /** Runs whose own rules needed calls that were never made. */
  readonly undetermined: number;
}

interface MemberFacts {
  readonly agentId: string;
  readonly answered: number;
  readonly right: number;
  /** It was right, and another's wrong answer won. */
  readonly outvoted: number;
  /** Its answer won. */
  readonly won: number;
}

/** How far two members err together. */
interface PairFacts {
  readonly agents: readonly [string, string];
  /** Runs that both answered. */
  readonly answered: number;
  readonly bothWrong: number;
  /** How many would be expected if their errors had nothing to do with each other. */
  readonly expected: number;
  /** Both wrong in the same way. */
  readonly sameWrong: number;
}

/** What new final answers did to the winner's. */
interface PresenterFacts {
  readonly rewritten: number;
  /** The winner's was right, the new one is wrong. */
  readonly broken: number;
  /** The winner's was wrong, the new one is right. */
  readonly mended: number;
}

const outcomes: readonly Outcome[] = ["unanimous", "majority", "plurality", "tied", "single", "failed"];

export function teamFacts(items: readonly GradedItem[], agentIds: readonly string[]): TeamFacts {
  const runs = items.flatMap((item) => item.runs);
  const count = (which: (run: GradedRun) => boolean): number => runs.filter(which).length;
  return {
    byOutcome: outcomes.flatMap((outcome) => {
      const own = runs.filter(({ account }) => account.outcome === outcome);
      return own.length === 0
        ? []
        : [{ outcome, runs: own.length, right: own.filter(({ team }) => isRight(team)).length }];
    }),
    members: agentIds.map((agentId) => ({
      agentId,
      answered: count(({ drafts }) => drafts.has(agentId)),
      right: count(({ drafts }) => isRight(drafts.get(agentId))),
      outvoted: count(
        ({ drafts, account, select }) =>
          isRight(drafts.get(agentId)) && account.winner !== agentId && select !== undefined && !isRight(select),
      ),
      won: count(({ account }) => account.winner === agentId),
    })),
    pairs: agentIds.flatMap((one, at) => agentIds.slice(at + 1).map((other) => pairFacts(runs, one, other))),
    ballots: ballotsOf(runs),
    presenter: presenterFacts(runs),
    resumed: count(({ account }) => account.resumed),
    undetermined: count(({ account }) => account.undetermined),
  };
}

function pairFacts(runs: readonly GradedRun[], one: string, other: string): PairFacts {
  const grades = runs.flatMap(({ drafts }) => {
    const [a, b] = [drafts.get(one), drafts.get(other)];
    return a && b ? [{ a, b }] : [];
  });
  const both = grades.filter(({ a, b }) => !isRight(a) && !isRight(b));
  const wrong = (which: "a" | "b"): number => grades.filter((pair) => !isRight(pair[which])).length;
  return {
    agents: [one, other],
    answered: grades.length,
    bothWrong: both.length,
    expected: grades.length === 0 ? 0 : (wrong("a") * wrong("b")) / grades.length,
    sameWrong: both.filter(({ a, b }) => a.sameAs !== undefined && a.sameAs === b.sameAs).length,
  };
}

function ballotsOf(runs: readonly GradedRun[]): TeamFacts["ballots"] {
  const bySize = new Map<number, number[]>();
  for (const { place, of } of runs.flatMap(({ account }) => account.votes)) {
    const votes = bySize.get(of) ?? Array.from({ length: of }, () => 0);
    votes[place - 1] = (votes[place - 1] ?? 0) + 1;
    bySize.set(of, votes);
  }
  const sizes = [...bySize].toSorted(([a], [b]) => a - b);
  return sizes.map(([places, votes]) => ({ places, votes }));
}

function presenterFacts(runs: readonly GradedRun[]): PresenterFacts {
  const rewritten = runs.filter(({ account, team, select }) => account.rewritten && team && select);
  return {
    rewritten: rewritten.length,
    broken: rewritten.filter(({ team, select }) => isRight(select) && !isRight(team)).length,
    mended: rewritten.filter(({ team, select }) => !isRight(select) && isRight(team)).length,
  };
}
