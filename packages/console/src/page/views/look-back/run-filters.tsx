import type { VNode } from "preact";
import { outcomes } from "./outcome-words.ts";

const filters = ["outcome", "degraded", "team", "model", "since"] as const;

/** The filters of an address, as the server's list takes them; others are left out. */
export function filtersIn(search: string): URLSearchParams {
  const given = new URLSearchParams(search);
  return new URLSearchParams(
    filters.flatMap((name) => {
      const value = given.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
}

interface Props {
  readonly chosen: URLSearchParams;
  readonly choose: (filters: URLSearchParams) => void;
}

/** Which runs are listed. */
export function RunFilters({ chosen, choose }: Props): VNode {
  const read = (event: Event & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [
      name,
      typeof value === "string" ? value.trim() : "",
    ]);
    choose(filtersIn(new URLSearchParams(entries).toString()));
  };
  return (
    <form class="filters" aria-label="Filters" onSubmit={read} onChange={read}>
      <label>
        Outcome
        <select name="outcome" value={chosen.get("outcome") ?? ""}>
          <option value="">any</option>
          {[...outcomes].map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        Degraded
        <select name="degraded" value={chosen.get("degraded") ?? ""}>
          <option value="">either way</option>
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      </label>
      <label>
        Team
        <input name="team" value={chosen.get("team") ?? ""} maxLength={256} autocomplete="off" />
      </label>
      <label>
        Model of the answer
        <input name="model" value={chosen.get("model") ?? ""} maxLength={256} autocomplete="off" />
      </label>
      <label>
        Since
        <input name="since" type="date" value={chosen.get("since") ?? ""} />
      </label>
      <button type="submit" class="unseen-until-focus">
        Show
      </button>
    </form>
  );
}
