import type { VNode } from "preact";
import { useAnswer } from "../shell/use-answer.ts";
import { useSession } from "../shell/session.ts";
import { RunRow } from "../look-back/run-row.tsx";

/** The newest runs, to look at while nothing is asked. */
export function RecentRuns(): VNode | null {
  const { api } = useSession();
  const { value } = useAnswer("recent", () => api.runs(new URLSearchParams({ limit: "5" })));
  if (value === undefined || value.data.length === 0) return null;
  return (
    <section class="recent" aria-labelledby="recent">
      <h2 id="recent">Lately</h2>
      <ul class="run-list">
        {value.data.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
    </section>
  );
}
