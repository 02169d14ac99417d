// The alert rules and the queries of the dashboard, in a real Prometheus that scrapes the real server.
import { readFileSync } from "node:fs";
import { httpError, startTeam, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { findTool } from "./optional-tools.ts";
import { startPrometheus } from "./prometheus.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/monitoring/${name}`, import.meta.url), "utf8");

const prometheus = findTool("prometheus");
const soon = { timeout: 60_000, interval: 100 };

async function ask(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "massgen", messages: [{ role: "user", content: "What is 25 * 4?" }] }),
  });
  await response.text();
  return response.status;
}

describe.skipIf(prometheus.skipped)("Prometheus", () => {
  it("alerts on the first degraded run, and on a model that is gone, with the metrics' own key", async () => {
    let gone = false;
    const draft = ({ model }: { readonly model: string }) =>
      gone && model === "gpt-4o" ? httpError(404) : text("A hundred.");
    await using team = await startTeam(teamScript({ draft }), { env: { MASSGEN_SERVER_METRICS_KEY: "scraper-key" } });
    await using scraping = await startPrometheus(prometheus.path(), {
      target: team.url,
      key: "scraper-key",
      rules: read("alerts.yml"),
    });
    // It has to see the counters once before they move, as it has on any server that runs for longer than a moment.
    const degraded = 'massgen_runs_degraded_total{reason="agent-failed"}';
    await expect.poll(() => scraping.query(degraded), soon).toMatchObject([{ value: 0 }]);
    expect(await ask(team.url)).toBe(200);
    const runs = 'sum(massgen_runs_total{outcome!="failed"})';
    await expect.poll(() => scraping.query(runs), soon).toMatchObject([{ value: 1 }]);
    expect(await scraping.firing(), "nothing is wrong yet").toEqual([]);

    gone = true;
    expect(await ask(team.url), "the other agent answers").toBe(200);
    await expect
      .poll(async () => (await scraping.firing()).toSorted(), soon)
      .toEqual(["MassgenDegraded", "MassgenModelGone"]);
    const alerts = await scraping.query('ALERTS{alertstate="firing",alertname="MassgenModelGone"}');
    expect(alerts).toMatchObject([{ labels: { agent: "research-agent", type: "openai", model: "gpt-4o" } }]);
  });

  it("takes every query of the dashboard, and finds something for most of them", async () => {
    await using team = await startTeam(teamScript({}), { env: { MASSGEN_SERVER_METRICS_KEY: "scraper-key" } });
    await using scraping = await startPrometheus(prometheus.path(), {
      target: team.url,
      key: "scraper-key",
      rules: read("alerts.yml"),
    });
    const { panels } = JSON.parse(read("dashboard.json")) as {
      panels: readonly { title: string; targets?: readonly { expr: string }[] }[];
    };
    const queries = panels.flatMap(({ title, targets = [] }) =>
      targets.map(
        ({ expr }) => [title, expr.replaceAll("$job", "massgen").replaceAll("$__rate_interval", "1m")] as const,
      ),
    );
    await expect.poll(() => scraping.query("massgen_runs_total"), soon).not.toEqual([]);
    await ask(team.url);
    // Each query is read by Prometheus, which throws for those that it cannot.
    const empty = async (): Promise<readonly string[]> => {
      const found = await Promise.all(
        queries.map(async ([title, query]) => [title, await scraping.query(query)] as const),
      );
      return found.filter(([, series]) => series.length === 0).map(([title]) => title);
    };
    await expect.poll(empty, soon).toEqual(["Failed calls by model"]);
  });

  it("cannot read the metrics with another key", async () => {
    await using team = await startTeam(teamScript({}), { env: { MASSGEN_SERVER_METRICS_KEY: "scraper-key" } });
    const rules = read("alerts.yml").replaceAll(/for: \d+m/g, "for: 0s");
    await using scraping = await startPrometheus(prometheus.path(), { target: team.url, key: "other", rules });
    await expect.poll(() => scraping.firing(), soon).toEqual(["MassgenDown"]);
  });
});
