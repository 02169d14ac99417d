import type { CallDetail } from "@massgen/core";
import { padded } from "../../terminal/plain-text.ts";
import { shownDuration } from "../amounts.ts";
import type { Layout } from "./layout.ts";
import { purposeOf, shownResult } from "./meanings.ts";
import type { EndedRun } from "./told-run.ts";

/** The most calls that have a bar. */
const mostBars = 60;
const mostName = 16;

/** Each call as a bar over the time of the run. */
export function timeline(told: EndedRun, { screen }: Layout): readonly string[] {
  const { callsDetail, elapsedMs } = told.result.receipt;
  const shown = callsDetail.slice(0, mostBars);
  const rows = shown.map((call) => ({ call, tail: tailOf(call) }));
  const name = Math.min(mostName, Math.max(...shown.map(({ agentId }) => agentId.length)));
  const tail = Math.max(...rows.map((row) => row.tail.length));
  const width = Math.max(10, screen.width - name - tail - 14);
  const lines = rows.map(({ call, tail: end }) => {
    const label = `  ${padded(call.agentId, name)} ${padded(purposeOf(call.phase), 6)}`;
    const bar = barOf(call, elapsedMs, width);
    return `${label} |${call.result === "ok" ? screen.good(bar) : screen.faint(bar)}| ${end}`;
  });
  const left = told.result.receipt.calls.made - shown.length;
  return shown.length === 0
    ? []
    : [
        ...lines,
        ...(left > 0 ? [`  and ${left} more`] : []),
        screen.faint("  . not sent yet   - sent, no token yet   # writing"),
      ];
}

/** `1.2 s` for how long a call took, and how it ended. */
function tailOf({ queuedAtMs, endedAtMs, result }: CallDetail): string {
  const end = shownResult(result);
  return `${shownDuration(endedAtMs - queuedAtMs).padStart(6)}${end === "ok" ? "" : ` ${end}`}`;
}

/** A bar of so many columns. What lasted at all has a column, unless what follows needs it. */
function barOf(
  { queuedAtMs, sentAtMs, firstTokenAtMs, endedAtMs }: CallDetail,
  elapsedMs: number,
  width: number,
): string {
  const total = Math.max(elapsedMs, 1);
  const column = (ms: number): number => Math.min(width - 1, Math.max(0, Math.floor((ms / total) * width)));
  // A wait that takes no column is none.
  const waited = (sentAtMs ?? endedAtMs) - queuedAtMs >= total / width;
  const sent = waited ? (sentAtMs ?? Infinity) : queuedAtMs;
  const first = firstTokenAtMs ?? Infinity;
  const cells: string[] = Array.from({ length: width }, () => " ");
  for (let at = column(queuedAtMs); at <= column(endedAtMs); at += 1) {
    cells[at] = at >= column(first) ? "#" : at >= column(sent) ? "-" : ".";
  }
  return cells.join("");
}
