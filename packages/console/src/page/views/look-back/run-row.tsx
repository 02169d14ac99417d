import type { VNode } from "preact";
import { count } from "../../figures/count.ts";
import { dollars } from "../../figures/dollars.ts";
import { duration } from "../../figures/duration.ts";
import { timeOf } from "../../figures/time-of.ts";
import type { RunItem } from "../../server/run-item.ts";
import { Link } from "../shell/link.tsx";
import { outcomeWords } from "./outcome-words.ts";

/** A run as a line of a list. */
export function RunRow({ run }: { run: RunItem }): VNode {
  const outcome = run.outcome ?? (run.status === "in_progress" ? "open" : run.status);
  return (
    <li class="run-row">
      <Link to={`runs/${encodeURIComponent(run.id)}`} class="run-question">
        <span dir="auto">{run.question.trim() === "" ? "(no text)" : run.question}</span>
      </Link>
      <p class="run-outcome" data-outcome={outcome}>
        {outcomeWords(outcome)}
        {run.degraded === true && <span class="run-degraded"> degraded</span>}
      </p>
      <p class="run-winner" title={run.model ?? undefined}>
        {run.winner === null ? "" : `${run.winner} won`}
        {run.model !== null && <span> {run.model}</span>}
      </p>
      <p class="figures">
        <time dateTime={new Date(run.created_at * 1000).toISOString()}>{timeOf(run.created_at * 1000)}</time>
        <span>{run.team}</span>
        {run.ended_at !== null && <span>{duration((run.ended_at - run.created_at) * 1000)}</span>}
        {run.calls !== null && <span>{count(run.calls, "call")}</span>}
        {run.cost_usd !== null && <span>{dollars(run.cost_usd)}</span>}
      </p>
    </li>
  );
}
