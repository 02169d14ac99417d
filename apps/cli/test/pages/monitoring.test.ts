// The alert rules and the dashboard in docs/monitoring name only metrics, labels and words that there are, and
// docs/operations.md lists all metrics and alerts. UPDATE_DOCS=1 writes the list of alerts.
import { load } from "js-yaml";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { z } from "zod";
import { createInstruments } from "../../src/observability/metrics/instruments.ts";
import {
  callResults,
  degradedReasons,
  outcomes,
  phases,
  tokenKinds,
} from "../../src/observability/metrics/known-words.ts";
import { code, expectPart, readPage, table } from "./printed-page.ts";

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const metrics: readonly Metric[] = Object.values(createInstruments(new Registry())).map((instrument) => {
  const { name, labelNames = [] } = instrument as unknown as { name: string; labelNames?: readonly string[] };
  return { name, type: instrument.constructor.name, labels: labelNames };
});

/** The names of the series of each metric. */
const series = new Map(
  metrics.flatMap((metric) => {
    const suffixes = metric.type === "Histogram" ? ["_bucket", "_sum", "_count"] : [""];
    return suffixes.map((suffix) => [`${metric.name}${suffix}`, metric] as const);
  }),
);

/** Series of Prometheus itself, and those of Node that prom-client always has. */
const others = new Set([
  "up",
  "process_resident_memory_bytes",
  "process_cpu_seconds_total",
  "nodejs_eventloop_lag_p99_seconds",
]);

/** What labels may be, where that is known. */
const words: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["result", new Set(callResults)],
  ["outcome", new Set<string>(outcomes)],
  ["reason", new Set<string>(degradedReasons)],
  ["phase", new Set<string>(phases)],
  ["kind", new Set(tokenKinds.map(([kind]) => kind))],
]);
const reloads = new Set(["applied", "refused"]);

/** What is wrong with the names in an expression. */
function problemsOf(expression: string): readonly string[] {
  const selectors = [...expression.matchAll(/\b([a-z][a-z0-9_]*)\b(?:\{([^}]*)\})?(?!\s*\()/g)];
  return selectors.flatMap(([, name = "", matchers]) => {
    if (!/^(massgen|process|nodejs)_/.test(name) && matchers === undefined) return [];
    if (others.has(name)) return [];
    const metric = series.get(name);
    if (metric === undefined) return [`no series ${name}`];
    return [...(matchers ?? "").matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(
      ([, label = "", value = ""]) => {
        if (label === "job" || label === "instance") return [];
        if (!metric.labels.includes(label)) return [`${name} has no label ${label}`];
        const known = metric.name === "massgen_reloads_total" ? reloads : words.get(label);
        const odd = value.split("|").filter((word) => known !== undefined && !known.has(word));
        return odd.map((word) => `${name}: ${label} is never ${word}`);
      },
    );
  });
}

const ruleFile = z.strictObject({
  groups: z.tuple([
    z.strictObject({
      name: z.literal("massgen"),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Massgen[A-Z]\w+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
          annotations: z.strictObject({ summary: z.string().min(10) }),
        }),
      ),
    }),
  ]),
});
const [{ rules }] = ruleFile.parse(load(readPage("docs/monitoring/alerts.yml"))).groups;

it("finds names that are wrong", () => {
  expect(problemsOf('rate(massgen_run_total{outcome="failed"}[5m])')).toEqual(["no series massgen_run_total"]);
  expect(problemsOf("massgen_run_duration_seconds > 1")).toEqual(["no series massgen_run_duration_seconds"]);
  expect(problemsOf('sum(massgen_runs_total{result="ok"})')).toEqual(["massgen_runs_total has no label result"]);
  expect(problemsOf('massgen_calls_total{result=~"ok|gone"}')).toEqual(["massgen_calls_total: result is never gone"]);
});

it.each(rules.map(({ alert, expr }) => [alert, expr]))("the rule %s names what there is", (_, expr) => {
  expect(problemsOf(expr)).toEqual([]);
});

it("docs/operations.md lists the alerts", () => {
  const rows = rules.map(({ alert, for: time = "", labels, annotations }) => {
    const summary = annotations.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "`$1`");
    return [code(alert), labels.severity, time, summary];
  });
  expectPart("docs/operations.md", "alerts", table(["alert", "severity", "for", ""], rows));
});

it("docs/operations.md lists every metric with its labels", () => {
  const page = readPage("docs/operations.md");
  const listed = [...page.matchAll(/^\| `(massgen_\w+)` \|([^|]*)\|/gm)].map(([, name = "", labels = ""]) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map((match) => match[1]),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(metrics.map(({ name, labels }) => [name, [...labels]])),
  );
});

const datasource = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });
const place = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const head = { id: z.int().positive(), title: z.string().min(3), gridPos: place };
const row = z.strictObject({ ...head, type: z.literal("row"), collapsed: z.literal(false), panels: z.tuple([]) });
const shown = z.strictObject({
  ...head,
  type: z.enum(["timeseries", "stat"]),
  description: z.string(),
  datasource,
  fieldConfig: z.strictObject({
    defaults: z.strictObject({ unit: z.string(), min: z.literal(0) }),
    overrides: z.tuple([]),
  }),
  options: z.looseObject({}),
  targets: z
    .array(
      z.strictObject({ refId: z.string().regex(/^[A-Z]$/), datasource, expr: z.string(), legendFormat: z.string() }),
    )
    .min(1),
});
const dashboardFile = z.looseObject({
  uid: z.literal("massgen"),
  title: z.string(),
  schemaVersion: z.int().min(36),
  templating: z.object({
    list: z.tuple([
      z.looseObject({ name: z.literal("datasource"), type: z.literal("datasource"), query: z.literal("prometheus") }),
      z.looseObject({ name: z.literal("job"), type: z.literal("query"), datasource }),
    ]),
  }),
  panels: z.array(z.discriminatedUnion("type", [row, shown])),
});

it("the dashboard has the form that Grafana imports, and shows only what there is", () => {
  const { panels } = dashboardFile.parse(JSON.parse(readPage("docs/monitoring/dashboard.json")));
  expect(new Set(panels.map(({ id }) => id)).size, "ids of panels").toBe(panels.length);
  for (const [at, { gridPos: one, title }] of panels.entries()) {
    expect(one.x + one.w, title).toBeLessThanOrEqual(24);
    for (const { gridPos: other } of panels.slice(at + 1)) {
      const apart =
        one.x + one.w <= other.x ||
        other.x + other.w <= one.x ||
        one.y + one.h <= other.y ||
        other.y + other.h <= one.y;
      expect(apart, title).toBe(true);
    }
  }
  const targets = panels.flatMap((panel) => (panel.type === "row" ? [] : panel.targets));
  expect(targets.length).toBeGreaterThan(15);
  for (const { expr } of targets) {
    expect(expr, "of the chosen job only").toContain('{job="$job"');
    expect(problemsOf(expr)).toEqual([]);
  }
});
