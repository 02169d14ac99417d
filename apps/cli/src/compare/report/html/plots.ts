import { fitted } from "../../../terminal/plain-text.ts";
import type { Interval } from "../../statistics/interval.ts";
import { Markup, markup } from "./markup.ts";

/** A value with its interval, in a line of its own. */
interface Ranged {
  readonly name: string;
  readonly value: number;
  readonly interval: Interval | undefined;
  /** The value in words. */
  readonly shown: string;
  readonly isTeam: boolean;
}

/** Where things stand, in units of the drawing. */
const [left, plotWidth, rightRoom, lineHeight] = [190, 450, 170, 26];
const width = left + plotWidth + rightRoom;
const longestName = 26;

const classOf = (isTeam: boolean): string => (isTeam ? "team" : "other");

/**
 * Values as dots, their intervals as lines.
 * @param axis from, to, and the steps that are labelled
 * @param title what it shows, for those who do not see it
 */
export function rangePlot(
  rows: readonly Ranged[],
  axis: { readonly from: number; readonly to: number; readonly ticks: readonly number[] },
  label: (tick: number) => string,
  title: string,
): Markup {
  const x = (value: number): number =>
    round(left + ((Math.min(axis.to, Math.max(axis.from, value)) - axis.from) / (axis.to - axis.from)) * plotWidth);
  const height = rows.length * lineHeight + 30;
  const grid = axis.ticks.map(
    (tick) =>
      markup`<line class="${tick === 0 && axis.from < 0 ? "zero" : "grid"}" x1="${x(tick)}" x2="${x(tick)}" y1="4" y2="${height - 24}"/><text class="axis" text-anchor="middle" x="${x(tick)}" y="${height - 6}">${label(tick)}</text>`,
  );
  const lines = rows.map(({ name, value, interval, shown, isTeam }, at) => {
    const y = at * lineHeight + 18;
    const kind = classOf(isTeam);
    const range = interval
      ? markup`<line class="${kind}" stroke-width="2" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${y}" y2="${y}"/>`
      : markup``;
    return markup`<g><title>${name}: ${shown}</title><text class="${kind}" x="0" y="${y + 4}">${fitted(name, longestName)}</text>${range}<circle class="${kind}" cx="${x(value)}" cy="${y}" r="4.5"/><text class="axis" x="${left + plotWidth + 12}" y="${y + 4}">${shown}</text></g>`;
  });
  return drawing(height, title, [...grid, ...lines]);
}

/** A point of the plot of right answers over their cost. */
interface Point {
  readonly name: string;
  readonly cost: number;
  readonly share: number;
  readonly shown: string;
  readonly isTeam: boolean;
}

/** What is right over what it costs: best is the upper left corner. */
export function costPlot(points: readonly Point[], costLabel: (cost: number) => string, title: string): Markup {
  const [top, plotHeight] = [14, 300];
  const height = top + plotHeight + 40;
  const most = 1.05 * Math.max(...points.map(({ cost }) => cost), Number.MIN_VALUE);
  const x = (cost: number): number => round(60 + (cost / most) * (width - 60 - rightRoom));
  const y = (share: number): number => round(top + (1 - share) * plotHeight);
  const shares = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      markup`<line class="grid" x1="60" x2="${width - rightRoom}" y1="${y(share)}" y2="${y(share)}"/><text class="axis" text-anchor="end" x="52" y="${y(share) + 4}">${100 * share} %</text>`,
  );
  const costs = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const cost = (part * most) / 1.05;
    return markup`<text class="axis" text-anchor="middle" x="${x(cost)}" y="${top + plotHeight + 20}">${costLabel(cost)}</text>`;
  });
  const placed = labelled(points.map((point) => ({ ...point, x: x(point.cost), y: y(point.share) })));
  const dots = placed.map(
    ({ name, shown, isTeam, labelY, ...at }) =>
      markup`<g><title>${name}: ${shown}</title><circle class="${classOf(isTeam)}" cx="${at.x}" cy="${at.y}" r="5"/><text class="${classOf(isTeam)}" x="${at.x + 9}" y="${labelY}">${fitted(name, longestName)}</text></g>`,
  );
  return drawing(height, title, [...shares, ...costs, ...dots]);
}

/** Moves labels down where they would stand on each other. */
function labelled<P extends { readonly x: number; readonly y: number }>(points: readonly P[]) {
  const placed: (P & { readonly labelY: number })[] = [];
  for (const point of points.toSorted((a, b) => a.y - b.y)) {
    let labelY = point.y + 4;
    const near = placed.filter((other) => Math.abs(other.x - point.x) < 190).toSorted((a, b) => a.labelY - b.labelY);
    for (const other of near) if (Math.abs(other.labelY - labelY) < 15) labelY = other.labelY + 15;
    placed.push({ ...point, labelY: round(labelY) });
  }
  return placed;
}

function drawing(height: number, title: string, parts: readonly Markup[]): Markup {
  return markup`<div class="scroll"><svg viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title>${parts}</svg></div>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
