import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { errorWords } from "../../server/api-error.ts";
import type { RunPage } from "../../server/api.ts";
import { goTo } from "../shell/address.ts";
import { useSession } from "../shell/session.ts";
import { useAnswer } from "../shell/use-answer.ts";
import { filtersIn, RunFilters } from "./run-filters.tsx";
import { RunRow } from "./run-row.tsx";

const runsInPage = 30;

/** The list of runs, newest first. */
export function RunsView({ query }: { query: string }): VNode {
  const { api, base } = useSession();
  const filters = filtersIn(query);
  const first = useAnswer(filters.toString(), () => api.runs(withLimit(filters)));
  useEffect(() => {
    document.title = "Runs · MassGen";
  }, []);
  const choose = (chosen: URLSearchParams): void => goTo(`${base}runs${chosen.size === 0 ? "" : `?${chosen}`}`);
  return (
    <section data-view="runs">
      <header class="list-head">
        <h1>Runs</h1>
        <RunFilters chosen={filters} choose={choose} />
      </header>
      {first.error !== undefined && (
        <p class="trouble" role="alert">
          {first.error}
        </p>
      )}
      {first.value === undefined
        ? first.error === undefined && <p class="quiet loading">Looking…</p>
        : first.value && <Pages key={first.value.last_id} first={first.value} filters={filters} />}
    </section>
  );
}

function Pages({ first, filters }: { first: RunPage; filters: URLSearchParams }): VNode {
  const { api } = useSession();
  const [pages, setPages] = useState<readonly RunPage[]>([first]);
  const [trouble, setTrouble] = useState<string>();
  const last = pages.at(-1);
  const more = (): void => {
    const next = withLimit(filters);
    if (last?.last_id) next.set("after", last.last_id);
    api.runs(next).then(
      (page) => setPages([...pages, page]),
      (error: unknown) => setTrouble(errorWords(error)),
    );
  };
  const runs = pages.flatMap(({ data }) => data);
  if (runs.length === 0) {
    return (
      <p class="quiet empty">
        {filters.size === 0
          ? "No runs yet. What is kept of them, and how long, is up to the server's `store` and `history`."
          : "No run is like that."}
      </p>
    );
  }
  return (
    <>
      <ul class="run-list">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </ul>
      {trouble !== undefined && <p class="trouble">{trouble}</p>}
      {last?.has_more === true && (
        <button type="button" onClick={more}>
          Show older runs
        </button>
      )}
    </>
  );
}

function withLimit(filters: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams(filters);
  query.set("limit", String(runsInPage));
  return query;
}
