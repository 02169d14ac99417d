import { shortCount, shownDollars } from "../../../runs/amounts.ts";
import type { ArmReport, Report } from "../report.ts";
import { armName, percent, percentRange, pointRange, points, verdictOf } from "../words.ts";
import { Markup, markup } from "./markup.ts";
import { costPlot, rangePlot } from "./plots.ts";
import { style } from "./style.ts";
import { armList, armTable, ballotTable, itemTable, memberTable, outcomeTable, pairTable } from "./tables.ts";

const shareAxis = { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
const isTeam = ({ kind }: ArmReport): boolean => kind === "team";

/** The report as one page that loads nothing and runs nothing. */
export function htmlReport(report: Report): string {
  const { questions, team, arms, common, facts, judge } = report;
  const each = questions.runsEach === 1 ? "" : `, ${questions.runsEach} runs each`;
  const agents = team.agents.map(({ id, model }) => `${id} (${model})`).join(", ");
  const left = questions.count - common;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${team.name} compared with its members</title>
<style>${new Markup(style)}</style>
</head>
<body>
<h1>${team.name} compared with its members</h1>
<p class="faint">${questions.count} questions of ${questions.file}${each}. ${report.date.slice(0, 10)}, massgen ${report.massgen}. ${agents}.</p>
<p class="verdict">${verdictOf(report)}</p>
${section("How often each is right", "Dots are shares of all questions, lines 95 % intervals (Wilson). A question without an answer counts as wrong.", rightPlot(arms))}
${section("How far the team is ahead", `The difference on the same ${common} questions, with its 95 % interval (paired bootstrap). Right of zero the team is better; an interval that holds zero decides nothing.${left > 0 ? ` ${left} questions on which an arm gave no answer are left out.` : ""}`, aheadPlot(arms))}
${section("What that costs", costText(arms), costs(arms))}
${section("All figures", "Calls, tokens and dollars are means of a question. Seconds grow with the number of runs at a time.", markup`${armTable(report)}\n${armList(report)}`)}
${section("What the team's own word is worth", "How often its answer is right, by how it was decided.", outcomeTable(report))}
${section("The members", "Outvoted: its draft was right, and another's wrong one won.", memberTable(report))}
${section("Errors in common", "A team helps where its members err on different questions. By chance: how often both would be wrong if their errors had nothing to do with each other.", pairTable(report))}
${section("Votes by place on the ballot", "Each voter sees the answers in an order of its own, so that places should get equal shares.", ballotTable(report))}
${section("New final answers", presenterText(facts.presenter), markup``)}
${judge ? section("The judge", judgeText(judge), markup``) : markup``}
${section("Every question", "Tick and cross: right and wrong. A percentage is an expected value, or a mean. none: no answer.", itemTable(report))}
</body>
</html>
`;
  return page.html;
}

function section(title: string, text: string, content: Markup): Markup {
  return markup`<h2>${title}</h2>\n<p>${text}</p>\n${content}`;
}

function rightPlot(arms: readonly ArmReport[]): Markup {
  const rows = arms.map((arm) => ({
    name: armName(arm),
    value: arm.right / arm.asked,
    interval: arm.interval,
    shown: `${percent(arm.right / arm.asked)} (${percentRange(arm.interval).replace(" %", "")})`,
    isTeam: isTeam(arm),
  }));
  return rangePlot(rows, shareAxis, (tick) => `${Math.round(100 * tick)} %`, "Share of right answers");
}

function aheadPlot(arms: readonly ArmReport[]): Markup {
  const rows = arms.flatMap((arm) => {
    const { teamAhead } = arm;
    if (!teamAhead) return [];
    const shown = `${points(teamAhead.mean)} (${pointRange(teamAhead)})`;
    return [{ name: armName(arm), value: teamAhead.mean, interval: teamAhead, shown, isTeam: false }];
  });
  if (rows.length === 0) return markup`<p class="faint">There is no question on which every arm has an answer.</p>`;
  const reach = Math.max(0.05, ...rows.flatMap(({ interval }) => [Math.abs(interval.low), Math.abs(interval.high)]));
  const step = [0.05, 0.1, 0.2, 0.25, 0.5].find((one) => reach / one <= 4) ?? 0.5;
  const edge = step * Math.ceil(reach / step - 1e-9);
  const count = Math.round(edge / step);
  const ticks = Array.from({ length: 2 * count + 1 }, (_, at) => step * (at - count));
  return rangePlot(rows, { from: -edge, to: edge, ticks }, points, "How far the team is ahead of each, in points");
}

const isPriced = (arms: readonly ArmReport[]): boolean => arms.every(({ usd }) => usd !== null);

function costText(arms: readonly ArmReport[]): string {
  const what = isPriced(arms) ? "Dollars" : "Tokens, since a price is unknown,";
  return `${what} of a question, and how often it is answered right. Best is the upper left corner.`;
}

function costs(arms: readonly ArmReport[]): Markup {
  const priced = isPriced(arms);
  const label = priced ? shownDollars : (tokens: number) => shortCount(Math.round(tokens));
  // The oracle cannot be bought.
  const rows = arms.filter(({ kind }) => kind !== "oracle");
  const shown = rows.map((arm) => {
    const cost = priced ? (arm.usd ?? 0) : arm.tokens;
    const share = arm.right / arm.asked;
    return { name: armName(arm), cost, share, shown: `${percent(share)}, ${label(cost)}`, isTeam: isTeam(arm) };
  });
  return costPlot(shown, label, "Share of right answers over cost");
}

function presenterText({ rewritten, broken, mended }: Report["facts"]["presenter"]): string {
  if (rewritten === 0) return "No final answer was written anew.";
  return `Of ${rewritten} final answers that were written anew after the vote, ${mended} mended a wrong winner and ${broken} broke a right one.`;
}

function judgeText({ id, model, answers, ofTwoMinds, unreadable }: NonNullable<Report["judge"]>): string {
  const unread =
    unreadable > 0 ? ` ${unreadable} of its verdicts could not be read, and count against the answer.` : "";
  return `${id} (${model}) compared ${answers} answers with their references, each in both orders. In ${ofTwoMinds} cases it thought otherwise in the other order.${unread}`;
}
