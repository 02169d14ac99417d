import { expect, it } from "vitest";
import { columnsOf } from "../../terminal/plain-text.ts";
import { screenOf } from "../../terminal/screen.ts";
import type { Arm } from "../measure/arms.ts";
import { armReports, type Report, reportVersion } from "./report.ts";
import { terminalReport } from "./terminal-report.ts";
import { verdictOf } from "./words.ts";

const amounts = { calls: 7, tokens: 12_345, usd: 0.0123, ms: 12_340 };
const armOf = (kind: Arm["kind"], scores: readonly number[], agentId?: string): Arm => ({
  kind,
  ...(agentId !== undefined && { agentId }),
  cells: scores.map((score) => ({ score, failed: score < 0, amounts })),
});
const range = (count: number, right: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => (at < right ? 1 : 0));

function reportOf(arms: readonly Arm[]): Report {
  const ids = arms.flatMap(({ agentId }) => agentId ?? []);
  return {
    version: reportVersion,
    massgen: "0.0.0",
    date: "2026-01-31T00:00:00.000Z",
    questions: { file: "questions.jsonl", count: arms[0]?.cells.length ?? 0, runsEach: 1 },
    team: { name: "team.yaml", agents: ids.map((id) => ({ id, model: "m" })) },
    seed: "s",
    ...armReports(arms, arms[0]?.cells.map(() => true) ?? [], "s"),
    facts: {
      byOutcome: [{ outcome: "unanimous", runs: 40, right: 39 }],
      members: ids.map((agentId) => ({ agentId, answered: 100, right: 60, outvoted: 3, won: 50 })),
      pairs: [{ agents: ["a-rather-long-name", "b"], answered: 100, bothWrong: 9, expected: 4.5, sameWrong: 3 }],
      ballots: [{ places: 3, votes: [40, 30, 30] }],
      presenter: { rewritten: 9, broken: 2, mended: 1 },
      resumed: 1,
      undetermined: 1,
    },
    items: [],
    spent: { calls: 700, usd: 1.23 },
  };
}

const arms = [
  armOf("team", range(100, 80)),
  armOf("member", range(100, 60), "a-rather-long-name"),
  armOf("member", range(100, 60), "b"),
  armOf("best-member", range(100, 60)),
  armOf("oracle", range(100, 90)),
];

it.each([60, 100, 120])("fits %i columns, with every figure", (width) => {
  const report = reportOf(arms);
  const lines = terminalReport(report, screenOf({ env: { COLUMNS: String(width) } }));
  for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
  const text = lines.join("\n");
  expect(text).toMatch(/the team +80 of 100 +80 % +71 to 87 %/);
  for (const figure of ["a-rather-long-name alone", "+20", "12k", "$0.0123", "12 s", "40, 30, 30"]) {
    expect(text).toContain(figure);
  }
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
});

it("says what can be said, and no more", () => {
  expect(verdictOf(reportOf(arms))).toMatch(/^The team beats its best member alone by 20 points of 100 \(95 %: /);
  const worse = [armOf("team", range(100, 60)), armOf("best-member", range(100, 80))];
  expect(verdictOf(reportOf(worse))).toMatch(/^The team loses to its best member alone by 20 points/);
  const close = [armOf("team", range(20, 11)), armOf("best-member", range(20, 10))];
  expect(verdictOf(reportOf(close))).toMatch(
    /^Whether the team beats its best member alone cannot be said .* \+5 points/,
  );
  const same = [armOf("team", range(20, 10)), armOf("best-member", range(20, 10))];
  expect(verdictOf(reportOf(same))).toBe("The team and its best member alone do equally well on every question.");
});
