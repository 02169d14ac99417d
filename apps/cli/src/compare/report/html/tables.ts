import { shortCount, shownDollars } from "../../../runs/amounts.ts";
import { wilson } from "../../statistics/interval.ts";
import type { ArmReport, Report } from "../report.ts";
import { armMeaning, armName, countText, percent, percentRange, pointRange, points } from "../words.ts";
import { Markup, markup } from "./markup.ts";

/** Questions that the page lists; report.json has all. */
const mostItems = 2000;

function table(titles: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  const head = titles.map((title) => markup`<th>${title}</th>`);
  const body = rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`);
  return markup`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function armTable({ arms, common }: Report): Markup {
  const dollars = (usd: number | null): string => (usd === null ? "?" : shownDollars(usd));
  const seconds = (value: number | undefined): string => (value === undefined ? "-" : `${value.toFixed(1)} s`);
  const row = (arm: ArmReport): Markup => {
    const { right, asked, interval, teamAhead } = arm;
    const cells = [
      armName(arm),
      `${countText(right)} of ${asked}`,
      percent(right / asked),
      percentRange(interval),
      `${countText(arm.common.right)} of ${common}`,
      teamAhead ? `${points(teamAhead.mean)} (${pointRange(teamAhead)})` : "",
      countText(arm.calls),
      shortCount(Math.round(arm.tokens)),
      dollars(arm.usd),
      dollars(arm.usdPerRight),
      seconds(arm.secondsP50),
      seconds(arm.secondsP95),
    ];
    const shown = cells.map((cell) => markup`<td>${cell}</td>`);
    return markup`<tr class="${arm.kind}">${shown}</tr>`;
  };
  const titles = [
    "",
    "right",
    "",
    "95 %",
    "where no arm failed",
    "team ahead, points",
    "calls",
    "tokens",
    "$",
    "$ a right one",
    "p50",
    "p95",
  ];
  const head = titles.map((title) => markup`<th>${title}</th>`);
  return markup`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${arms.map(row)}</tbody></table></div>`;
}

/** What the names of the arms mean. */
export function armList({ arms }: Report): Markup {
  const members = arms.findIndex(({ kind }) => kind === "member");
  const shown = arms.filter(({ kind }, at) => kind !== "member" || at === members);
  return markup`<dl>${shown.map((arm) => markup`<dt>${armName(arm)}</dt><dd>${armMeaning(arm)}</dd>`)}</dl>`;
}

export function outcomeTable({ facts }: Report): Markup {
  return table(
    ["how it was decided", "runs", "right", "", "95 %"],
    facts.byOutcome.map(({ outcome, runs, right }) => [
      outcome,
      String(runs),
      String(right),
      percent(right / runs),
      percentRange(wilson(right, runs)),
    ]),
  );
}

export function memberTable({ facts, team }: Report): Markup {
  const models = new Map(team.agents.map(({ id, model }) => [id, model]));
  return table(
    ["member", "model", "answered", "right", "won", "right but outvoted"],
    facts.members.map(({ agentId, answered, right, won, outvoted }) => [
      agentId,
      models.get(agentId) ?? "",
      ...[answered, right, won, outvoted].map(String),
    ]),
  );
}

export function pairTable({ facts }: Report): Markup {
  return table(
    ["", "both answered", "both wrong", "by chance", "the same wrong"],
    facts.pairs.map(({ agents, answered, bothWrong, expected, sameWrong }) => [
      agents.join(" and "),
      String(answered),
      String(bothWrong),
      countText(expected),
      String(sameWrong),
    ]),
  );
}

export function ballotTable({ facts }: Report): Markup {
  const most = Math.max(0, ...facts.ballots.map(({ places }) => places));
  const places = Array.from({ length: most }, (_, at) => at);
  return table(
    ["answers on the ballot", ...places.map((at) => `place ${at + 1}`)],
    facts.ballots.map(({ places: count, votes }) => {
      const all = votes.reduce((sum, one) => sum + one, 0);
      const shown = places.map((at) => (at < count ? `${votes[at] ?? 0} (${percent((votes[at] ?? 0) / all)})` : ""));
      return [String(count), ...shown];
    }),
  );
}

export function itemTable({ items, arms }: Report): Markup {
  const head = ["question", "decided", ...arms.map(armName)].map((title) => markup`<th>${title}</th>`);
  const rows = items.slice(0, mostItems).map(({ id, outcomes, scores }) => {
    const cells = scores.map(scoreCell);
    return markup`<tr><td title="${id}">${id}</td><td>${outcomes.join(", ")}</td>${cells}</tr>`;
  });
  const left = items.length - rows.length;
  const more = left > 0 ? markup`<p class="faint">And ${left} more, in report.json.</p>` : markup``;
  return markup`<div class="scroll"><table class="items"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function scoreCell(score: number | null): Markup {
  if (score === null) return markup`<td class="none" title="no answer">none</td>`;
  if (score === 1) return markup`<td class="right" title="right">✓</td>`;
  if (score === 0) return markup`<td class="wrong" title="wrong">✗</td>`;
  return markup`<td class="half" title="expected value">${percent(score)}</td>`;
}
