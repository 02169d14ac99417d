import { readVariable, type Environment } from "./environment.ts";

/** The variables of OpenTelemetry that are set, and what in them is secret. */
export function readOtelVariables(env: Environment): {
  readonly otelVariables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
} {
  const found = Object.keys(env).flatMap((name) => {
    const value = name.startsWith("OTEL_") ? readVariable(env, name) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  // `OTEL_EXPORTER_OTLP_HEADERS` and its like: keys, mostly.
  const lists = found.flatMap(([name, value]) => (name.endsWith("_HEADERS") ? [value] : []));
  const secrets = lists.flatMap((list) => list.split(",")).map((pair) => pair.slice(pair.indexOf("=") + 1).trim());
  return { otelVariables: Object.fromEntries(found), secrets };
}
