import { counted, shownDollars, shortCount } from "../../runs/amounts.ts";
import { wrapped } from "../../terminal/plain-text.ts";
import type { Screen } from "../../terminal/screen.ts";
import { tableLines, tableWidth } from "./columns.ts";
import type { ArmReport, Report } from "./report.ts";
import { armName, countText, percent, percentRange, pointRange, points, verdictOf } from "./words.ts";

/** The report for people. */
export function terminalReport(report: Report, screen: Screen): readonly string[] {
  const { questions, team, common } = report;
  const width = screen.width;
  const text = (said: string): readonly string[] => wrapped(said, width);
  const runs = questions.runsEach === 1 ? "" : `, ${questions.runsEach} runs each`;
  return [
    screen.strong(`${team.name}: ${team.agents.map(({ id }) => id).join(", ")}`),
    ...text(`${questions.count} questions of ${questions.file}${runs}.`),
    "",
    ...armTables(report, width),
    "",
    ...text(notesOn(report)),
    "",
    ...wrapped(verdictOf(report), width).map(screen.strong),
    "",
    ...factLines(report, width),
    ...(common < questions.count ? ["", ...failureLines(report, width)] : []),
  ];
}

function armTables({ arms, common, questions }: Report, width: number): readonly string[] {
  const name = { title: "", value: (arm: ArmReport) => armName(arm) };
  const answers = [
    { title: "right", value: ({ right, asked }: ArmReport) => `${countText(right)} of ${asked}` },
    { title: "", value: ({ right, asked }: ArmReport) => percent(right / asked) },
    { title: "95 %", value: ({ interval }: ArmReport) => percentRange(interval) },
    ...(common < questions.count
      ? [
          {
            title: `of the ${common}`,
            value: ({ common: { right, asked } }: ArmReport) => (asked === 0 ? "-" : countText(right)),
          },
        ]
      : []),
  ];
  const ahead = [
    { title: "team ahead", value: ({ teamAhead }: ArmReport) => (teamAhead ? points(teamAhead.mean) : "") },
    { title: "95 %", value: ({ teamAhead }: ArmReport) => (teamAhead ? pointRange(teamAhead) : "") },
  ];
  const isPriced = arms.some(({ usd }) => usd !== null);
  const costs = [
    { title: "calls", value: ({ calls }: ArmReport) => countText(calls) },
    { title: "tokens", value: ({ tokens }: ArmReport) => shortCount(Math.round(tokens)) },
    ...(isPriced
      ? [
          { title: "$", value: ({ usd }: ArmReport) => (usd === null ? "?" : shownDollars(usd)) },
          {
            title: "$ a right one",
            value: ({ usdPerRight }: ArmReport) => (usdPerRight === null ? "?" : shownDollars(usdPerRight)),
          },
        ]
      : []),
    { title: "p50", value: ({ secondsP50 }: ArmReport) => secondsText(secondsP50) },
    { title: "p95", value: ({ secondsP95 }: ArmReport) => secondsText(secondsP95) },
  ];
  const all = [name, ...answers, ...ahead, ...costs];
  if (tableWidth(arms, all) <= width) return tableLines(arms, all, width);
  return [
    ...tableLines(arms, [name, ...answers], width),
    "",
    ...tableLines(arms.slice(1), [{ ...name, title: "the team against" }, ...ahead], width),
    "",
    ...tableLines(arms, [{ ...name, title: "for a question" }, ...costs], width),
  ];
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? "-" : `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
}

function notesOn({ common, questions, arms }: Report): string {
  const unpriced = arms.some(({ usd }) => usd === null) ? " Where a price is unknown, dollars are left out." : "";
  const which = common < questions.count ? `the ${common} questions on which no arm failed` : "all questions";
  return `Team ahead: in points of 100, over ${which}. Calls, tokens and dollars are means of a question.${unpriced}`;
}

function factLines({ facts, questions }: Report, width: number): readonly string[] {
  const { byOutcome, members, pairs, ballots, presenter, resumed, undetermined } = facts;
  const share = (part: number, whole: number): string => (whole === 0 ? "-" : percent(part / whole));
  const one = questions.runsEach === 1 ? "question" : "run";
  const count = `${one}s`;
  const sentences = [
    presenter.rewritten === 0
      ? "No final answer was written anew."
      : `Of ${presenter.rewritten} new final answers, ${presenter.mended} mended a wrong winner and ${presenter.broken} broke a right one.`,
    ...ballots.map(({ places, votes }) => `Votes by place on ballots of ${places}: ${votes.join(", ")}.`),
    ...(resumed > 0
      ? [`Broken off and gone on with, so that their times are left out: ${counted(resumed, one)}.`]
      : []),
    ...(undetermined > 0
      ? [`Where the team's own rules need calls that were never made, the measured run stands for it: ${undetermined}.`]
      : []),
  ];
  return [
    ...tableLines(
      byOutcome,
      [
        { title: "how it was decided", value: ({ outcome }) => outcome },
        { title: count, value: ({ runs }) => String(runs) },
        { title: "right", value: ({ runs, right }) => share(right, runs) },
      ],
      width,
    ),
    "",
    ...tableLines(
      members,
      [
        { title: "member", value: ({ agentId }) => agentId },
        { title: "answered", value: ({ answered }) => String(answered) },
        { title: "right", value: ({ right }) => String(right) },
        { title: "won", value: ({ won }) => String(won) },
        { title: "right but outvoted", value: ({ outvoted }) => String(outvoted) },
      ],
      width,
    ),
    "",
    ...tableLines(
      pairs,
      [
        { title: "both wrong", value: ({ agents }) => agents.join(" and ") },
        { title: count, value: ({ bothWrong, answered }) => `${bothWrong} of ${answered}` },
        { title: "by chance", value: ({ expected }) => countText(expected) },
        { title: "the same wrong", value: ({ sameWrong }) => String(sameWrong) },
      ],
      width,
    ),
    "",
    ...sentences.flatMap((sentence) => wrapped(sentence, width)),
  ];
}

function failureLines({ arms, items }: Report, width: number): readonly string[] {
  const failed = items.filter(({ scores }) => scores.includes(null));
  const shown = failed.slice(0, 10).map(({ id, scores }) => {
    const names = arms.filter((_, at) => scores[at] === null).map(armName);
    return `  ${id}: ${names.join(", ")}`;
  });
  const more = failed.length > shown.length ? [`  and ${failed.length - shown.length} more, in report.json`] : [];
  const lines = [
    "Without an answer (counted as wrong, and left out of the differences). --retry-failed asks these again:",
    ...shown,
    ...more,
  ];
  return lines.flatMap((line) => wrapped(line, width));
}
