import type { Grade } from "../graders/grade.ts";
import type { RunAccount } from "./run-account.ts";

/** One run with the grades of its answers. What is absent was not answered. */
export interface GradedRun {
  readonly account: RunAccount;
  readonly team?: Grade;
  readonly select?: Grade;
  /** By the agent's id. */
  readonly drafts: ReadonlyMap<string, Grade>;
}

/** A question with its runs: one, or as many as were wanted. */
export interface GradedItem {
  readonly id: string;
  readonly runs: readonly GradedRun[];
}

/** Whether a grade counts as right where it must be one or the other. */
export function isRight(grade: Grade | undefined): boolean {
  return grade !== undefined && grade.score > 0.5;
}

/** Grades every answer of a run, equal ones once. */
export async function gradeRun(account: RunAccount, gradeOf: (text: string) => Promise<Grade>): Promise<GradedRun> {
  const known = new Map<string, Promise<Grade>>();
  const graded = async (text: string | undefined): Promise<Grade | undefined> => {
    if (text === undefined) return undefined;
    const grade = known.get(text) ?? gradeOf(text);
    known.set(text, grade);
    return grade;
  };
  const drafts = new Map<string, Grade>();
  for (const { agentId, text } of account.drafts) {
    const grade = await graded(text);
    if (grade) drafts.set(agentId, grade);
  }
  const team = await graded(account.text);
  const select = await graded(account.winningText);
  return { account, drafts, ...(team && { team }), ...(select && { select }) };
}
