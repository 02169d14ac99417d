import type { Grade } from "../graders/grade.ts";

/**
 * What a plain majority of answers is worth: the most frequent one counts, and a lot decides between equally frequent
 * ones, of which this is the expected value. Answers that say nothing comparable have no vote while others do.
 * @returns undefined without answers
 */
export function majorityScore(grades: readonly (Grade | undefined)[]): number | undefined {
  const given = grades.filter((grade) => grade !== undefined);
  if (given.length === 0) return undefined;
  const groups = new Map<string, { count: number; score: number }>();
  for (const { sameAs, score } of given) {
    if (sameAs === undefined) continue;
    const group = groups.get(sameAs) ?? { count: 0, score: 0 };
    groups.set(sameAs, { count: group.count + 1, score: group.score + score });
  }
  if (groups.size === 0) return mean(given.map(({ score }) => score));
  const most = Math.max(...[...groups.values()].map(({ count }) => count));
  const first = [...groups.values()].filter(({ count }) => count === most);
  return mean(first.map(({ count, score }) => score / count));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
