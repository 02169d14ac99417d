import type { Arm, ArmKind, Cell } from "../measure/arms.ts";
import type { TeamFacts } from "../measure/team-facts.ts";
import { type Interval, pairedDifference, quantile, wilson } from "../statistics/interval.ts";

/** The number of the report's form; raised when a field changes its meaning. */
export const reportVersion = 1;

/** What a comparison found: `report.json`. */
export interface Report {
  readonly version: number;
  readonly massgen: string;
  /** ISO 8601. */
  readonly date: string;
  readonly questions: { readonly file: string; readonly count: number; readonly runsEach: number };
  readonly team: {
    readonly name: string;
    readonly agents: readonly { readonly id: string; readonly model: string }[];
  };
  readonly seed: string;
  readonly arms: readonly ArmReport[];
  /** Questions on which no arm failed: what the second column and the differences count. */
  readonly common: number;
  readonly facts: TeamFacts;
  readonly items: readonly ItemReport[];
  /** How the judge behaved; absent without one. */
  readonly judge?: JudgeReport;
  /** What the whole comparison has taken, earlier sessions included. */
  readonly spent: { readonly calls: number; readonly usd: number | null };
}

export interface ArmReport {
  readonly kind: ArmKind;
  readonly agentId?: string;
  /** How many times a member was asked, for self-consistency. */
  readonly samples?: number;
  /** Questions answered right; a fraction where it is an expected value, or a mean of several runs. */
  readonly right: number;
  readonly asked: number;
  /** Questions for which it has no answer; they count as wrong in `right`. */
  readonly failed: number;
  /** Wilson, 95 %. */
  readonly interval: Interval | undefined;
  readonly common: { readonly right: number; readonly asked: number; readonly interval: Interval | undefined };
  /** The share that the team is right more often, by bootstrap over the common questions; absent for the team. */
  readonly teamAhead?: { readonly mean: number } & Interval;
  /** Means of a question. */
  readonly calls: number;
  readonly tokens: number;
  /** Null where a price is unknown. */
  readonly usd: number | null;
  readonly usdPerRight: number | null;
  readonly secondsP50: number | undefined;
  readonly secondsP95: number | undefined;
}

interface ItemReport {
  readonly id: string;
  /** The outcome of each run. */
  readonly outcomes: readonly string[];
  /** What each arm was worth on it, in the order of the arms; null where it failed. */
  readonly scores: readonly (number | null)[];
  /** The files of its runs, in the folder of the report. */
  readonly runs: readonly string[];
}

export interface JudgeReport {
  readonly id: string;
  readonly model: string;
  /** Answers that it judged, each in both orders. */
  readonly answers: number;
  /** Answers of which it thought otherwise in the other order. */
  readonly ofTwoMinds: number;
  /** Verdicts that could not be read, and count as none for the answer. */
  readonly unreadable: number;
}

/**
 * The figures of all arms.
 * @param arms the team first
 * @param timed which questions' times count, in their order
 */
export function armReports(
  arms: readonly (Arm & { readonly samples?: number })[],
  timed: readonly boolean[],
  seed: string,
): { readonly arms: readonly ArmReport[]; readonly common: number } {
  const [team] = arms;
  const inCommon = (team?.cells ?? []).map((_, at) => arms.every(({ cells }) => cells[at]?.failed === false));
  const reports = arms.map((arm) => {
    const { kind, agentId, samples, cells } = arm;
    const common = cells.filter((_, at) => inCommon[at]);
    const right = sumOf(cells, ({ score }) => score);
    const differences = (team?.cells ?? []).flatMap((cell, at) =>
      inCommon[at] ? [cell.score - (cells[at]?.score ?? 0)] : [],
    );
    const name = `${kind} ${agentId ?? ""}`;
    const teamAhead = arm === team ? undefined : pairedDifference(differences, `${seed} ${name}`);
    return {
      kind,
      ...(agentId !== undefined && { agentId }),
      ...(samples !== undefined && { samples }),
      right,
      asked: cells.length,
      failed: cells.filter(({ failed }) => failed).length,
      interval: wilson(right, cells.length),
      common: sharesOf(common),
      ...(teamAhead && { teamAhead }),
      ...costsOf(cells, right, timed),
    };
  });
  return { arms: reports, common: inCommon.filter(Boolean).length };
}

function sharesOf(cells: readonly Cell[]): ArmReport["common"] {
  const right = sumOf(cells, ({ score }) => score);
  return { right, asked: cells.length, interval: wilson(right, cells.length) };
}

function costsOf(
  cells: readonly Cell[],
  right: number,
  timed: readonly boolean[],
): Pick<ArmReport, "calls" | "tokens" | "usd" | "usdPerRight" | "secondsP50" | "secondsP95"> {
  const count = Math.max(1, cells.length);
  const isPriced = cells.every(({ amounts }) => amounts.usd !== null);
  const usd = isPriced ? sumOf(cells, ({ amounts }) => amounts.usd ?? 0) : null;
  const seconds = cells.filter(({ failed }, at) => timed[at] && !failed).map(({ amounts }) => amounts.ms / 1000);
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    calls: sumOf(cells, ({ amounts }) => amounts.calls) / count,
    tokens: sumOf(cells, ({ amounts }) => amounts.tokens) / count,
    usd: usd === null ? null : usd / count,
    usdPerRight: usd === null || right === 0 ? null : usd / right,
    secondsP50: quantile(sorted, 0.5),
    secondsP95: quantile(sorted, 0.95),
  };
}

function sumOf(cells: readonly Cell[], value: (cell: Cell) => number): number {
  return cells.reduce((sum, cell) => sum + value(cell), 0);
}
