import { type Estimate, isClear } from "./interval.ts";
import { type Question, questionOf } from "./question.ts";

/** A row of a table: what distinguishes it, and the cells that its runs come to. */
export interface Row {
  readonly labels: readonly string[];
  readonly cells: () => readonly string[];
}

/** A claim about the rules, and the table that bears on it. */
export interface Claim {
  readonly title: string;
  /** What is claimed, what was assumed, and what the table says: Markdown. */
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** One value for each of many questions. The name of the experiment decides what is drawn. */
export function over<T>(experiment: string, runs: number, value: (question: Question) => T): readonly T[] {
  return Array.from({ length: runs }, (_, n) => value(questionOf(experiment, n)));
}

/** A row as a line of a Markdown table. */
export function lineOf({ labels, cells }: Row): string {
  return `| ${[...labels, ...cells()].join(" | ")} |`;
}

/** In per cent, with the larger half of its interval: `83.4 ±1.2`. */
export function percent(estimate: Estimate): string {
  const reach = Math.max(estimate.high - estimate.value, estimate.value - estimate.low);
  return `${(100 * estimate.value).toFixed(1)} ±${(100 * reach).toFixed(1)}`;
}

/** A difference in points of per cent, in bold where its interval leaves out 0. */
export function points(estimate: Estimate): string {
  const sign = estimate.value < 0 ? "−" : "+";
  const reach = estimate.high - estimate.value;
  const text = `${sign}${(100 * Math.abs(estimate.value)).toFixed(1)} ±${(100 * reach).toFixed(1)}`;
  return isClear(estimate) ? `**${text}**` : text;
}

/** A mean of counts or seconds. */
export function amount(values: readonly number[], digits = 2): string {
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(digits);
}
