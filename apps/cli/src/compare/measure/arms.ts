import { seededRandom, shuffled } from "../statistics/seeded-random.ts";
import { type Amounts, beside, meanOf, nothing } from "./amounts.ts";
import type { GradedItem, GradedRun } from "./graded-run.ts";
import { majorityScore } from "./majority.ts";

export type ArmKind = "team" | "member" | "best-member" | "majority" | "select" | "oracle" | "self-consistency";

/** An arm's part in one question: the mean of its runs. */
export interface Cell {
  /** From 0 to 1; a run without an answer counts as 0. */
  readonly score: number;
  /** A run of it gave no answer. */
  readonly failed: boolean;
  readonly amounts: Amounts;
}

/** One way to answer all questions. */
export interface Arm {
  readonly kind: ArmKind;
  /** The member, where it is one. */
  readonly agentId?: string;
  /** In the order of the questions. */
  readonly cells: readonly Cell[];
}

type Answered = { readonly score: number | undefined; readonly amounts: Amounts };

/**
 * Every arm's part in every question.
 * @param agentIds in the team's order
 * @param seed divides the questions into the two halves by which the best member is chosen
 */
export function armsOf(items: readonly GradedItem[], agentIds: readonly string[], seed: string): readonly Arm[] {
  const arm = (kind: ArmKind, answered: (run: GradedRun) => Answered, agentId?: string): Arm => ({
    kind,
    ...(agentId !== undefined && { agentId }),
    cells: items.map(({ runs }) => cellOf(runs.map(answered))),
  });
  const members = agentIds.map((agentId, at) =>
    arm(
      "member",
      ({ drafts, account }) => ({
        score: drafts.get(agentId)?.score,
        amounts: account.drafts[at]?.amounts ?? nothing,
      }),
      agentId,
    ),
  );
  return [
    arm("team", ({ team, account }) => ({ score: team?.score, amounts: account.team })),
    ...members,
    { kind: "best-member", cells: bestMember(members, items.length, seed) },
    arm("majority", (run) => ({ score: majorityScore(gradesOf(run)), amounts: allDrafts(run) })),
    arm("select", ({ select, account }) => ({ score: select?.score, amounts: account.select })),
    arm("oracle", (run) => ({ score: bestOf(run), amounts: allDrafts(run) })),
  ];
}

function cellOf(runs: readonly Answered[]): Cell {
  return {
    score: runs.reduce((sum, { score = 0 }) => sum + score, 0) / Math.max(1, runs.length),
    failed: runs.some(({ score }) => score === undefined),
    amounts: meanOf(runs.map(({ amounts }) => amounts)),
  };
}

function gradesOf({ drafts, account }: GradedRun) {
  return account.drafts.map(({ agentId }) => drafts.get(agentId));
}

function bestOf({ drafts }: GradedRun): number | undefined {
  return drafts.size === 0 ? undefined : Math.max(...[...drafts.values()].map(({ score }) => score));
}

function allDrafts({ account }: GradedRun): Amounts {
  return account.drafts.map(({ amounts }) => amounts).reduce(beside, nothing);
}

/** Which half of the questions each is in, drawn. */
export function halves(count: number, seed: string): readonly (0 | 1)[] {
  const order = shuffled(
    Array.from({ length: count }, (_, at) => at),
    seededRandom(`halves ${seed}`),
  );
  const half: (0 | 1)[] = Array.from({ length: count }, () => 0);
  for (const [place, at] of order.entries()) half[at] = place % 2 === 0 ? 0 : 1;
  return half;
}

/** The members that are right most often on the questions of one half. */
export function bestOn(members: readonly Arm[], half: 0 | 1, inHalf: readonly (0 | 1)[]): readonly Arm[] {
  const sums = members.map(({ cells }) =>
    cells.reduce((sum, { score }, at) => (inHalf[at] === half ? sum + score : sum), 0),
  );
  const most = Math.max(...sums);
  // Sums of the same fractions in another order may differ in the last digit.
  return members.filter((_, at) => (sums[at] ?? 0) > most - 1e-9);
}

/** For each question the member that was best on the half in which it is not; the mean of several that were. */
function bestMember(members: readonly Arm[], count: number, seed: string): readonly Cell[] {
  const inHalf = halves(count, seed);
  const best = [bestOn(members, 1, inHalf), bestOn(members, 0, inHalf)] as const;
  return inHalf.map((half, at) => {
    const cells = best[half].flatMap(({ cells: all }) => all[at] ?? []);
    return {
      score: cells.reduce((sum, { score }) => sum + score, 0) / Math.max(1, cells.length),
      failed: cells.some(({ failed }) => failed),
      amounts: meanOf(cells.map(({ amounts }) => amounts)),
    };
  });
}
