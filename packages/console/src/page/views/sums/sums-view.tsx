import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { dollars } from "../../figures/dollars.ts";
import { brief, count } from "../../figures/count.ts";
import type { AgentSums, DaySums, Saved, Sums } from "../../server/sums.ts";
import { useSession } from "../shell/session.ts";
import { useAnswer } from "../shell/use-answer.ts";
import { PositionBars } from "./position-bars.tsx";

/** What the runs of the last month came to. */
export function SumsView(): VNode {
  const { api } = useSession();
  const { value, error, status } = useAnswer("sums", () => api.sums(new URLSearchParams()));
  useEffect(() => {
    document.title = "Sums · MassGen";
  }, []);
  return (
    <section data-view="sums" class="sums">
      <h1>Sums</h1>
      {error !== undefined && (
        <p class="trouble" role="alert">
          {status === 404 ? "This server counts no sums." : error}
        </p>
      )}
      {value === undefined ? error === undefined && <p class="quiet loading">Counting…</p> : <AllSums sums={value} />}
    </section>
  );
}

function AllSums({ sums }: { sums: Sums }): VNode {
  if (sums.runs === 0) return <p class="quiet empty">No runs to count yet.</p>;
  return (
    <>
      <p class="quiet">
        {count(sums.runs, "run")} since {new Date(sums.since * 1000).toISOString().slice(0, 10)}
        {sums.complete ? "." : ", the newest of more than are counted here."} Days are those of UTC.
      </p>
      <Days days={sums.days} />
      <Agents agents={sums.agents} />
      <PositionBars positions={sums.positions} />
    </>
  );
}

const outcomes = ["unanimous", "majority", "plurality", "tied", "single", "failed", "cancelled"] as const;

function Days({ days }: { days: readonly DaySums[] }): VNode {
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  return (
    <section aria-labelledby="days">
      <h2 id="days">By day and team</h2>
      <div class="wide" tabIndex={0} role="region" aria-labelledby="days">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Team</th>
              <th scope="col">Runs</th>
              <th scope="col">How they ended</th>
              <th scope="col">Degraded</th>
              <th scope="col">Tokens</th>
              <th scope="col">Cost</th>
              <th scope="col">Tokens saved by</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={`${day.day} ${day.team}`}>
                <th scope="row">{day.day}</th>
                <td>{day.team}</td>
                <td class="number">{brief(day.runs)}</td>
                <td>
                  <Ends day={day} share={day.runs / most} />
                </td>
                <td class="number">{day.degraded}</td>
                <td class="number">{day.tokens === null ? "?" : brief(day.tokens)}</td>
                <td class="number">
                  {day.cost_usd === null ? "?" : dollars(day.cost_usd)}
                  {!day.cost_complete && day.cost_usd !== null && " or more"}
                </td>
                <td>{savedWords(day)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The day's outcomes as one bar, as long as the day has runs, and in words. */
function Ends({ day, share }: { day: DaySums; share: number }): VNode {
  const ended = outcomes.flatMap((outcome) => {
    const runs = day.outcomes[outcome] ?? 0;
    return runs === 0 ? [] : [{ outcome, runs }];
  });
  return (
    <>
      <span class="ends" aria-hidden="true" style={{ width: `${Math.max(4, share * 100)}%` }}>
        {ended.map(({ outcome, runs }) => (
          <span key={outcome} data-outcome={outcome} style={{ flexGrow: runs }} />
        ))}
      </span>
      <span class="ends-words">{ended.map(({ outcome, runs }) => `${runs} ${outcome}`).join(", ")}</span>
    </>
  );
}

function savedWords({ saved }: DaySums): string {
  const named: readonly (readonly [string, Saved])[] = [
    ["agreement", saved.agreement],
    ["early stop", saved.early_stop],
    ["laziness", saved.lazy],
  ];
  const words = named.flatMap(([name, { calls, tokens }]) =>
    calls === 0 ? [] : [`${name} ${tokens === null ? `${calls} calls` : `~${brief(tokens)}`}`],
  );
  return words.length === 0 ? "–" : words.join(", ");
}

function Agents({ agents }: { agents: readonly AgentSums[] }): VNode {
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">By agent</h2>
      <div class="wide" tabIndex={0} role="region" aria-labelledby="agents">
        <table>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col">Model</th>
              <th scope="col">Runs</th>
              <th scope="col">Won</th>
              <th scope="col">Agreed</th>
              <th scope="col">Failed</th>
              <th scope="col">Too slow</th>
              <th scope="col">Not needed</th>
              <th scope="col">Cost</th>
            </tr>
          </thead>
          <tbody>
            {agents.map((agent) => (
              <tr key={`${agent.agent} ${agent.model}`}>
                <th scope="row">{agent.agent}</th>
                <td>{agent.model}</td>
                <td class="number">{brief(agent.runs)}</td>
                <Share of={agent.runs} part={agent.won} />
                <Share of={agent.runs} part={agent.agreed} />
                <Share of={agent.runs} part={agent.failed} />
                <Share of={agent.runs} part={agent.too_slow} />
                <Share of={agent.runs} part={agent.not_needed} />
                <td class="number">{agent.cost_usd === null ? "?" : dollars(agent.cost_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Share({ of, part }: { of: number; part: number }): VNode {
  return (
    <td class="number" title={`${part} of ${of}`}>
      {of === 0 ? "–" : `${Math.round((100 * part) / of)} %`}
    </td>
  );
}
