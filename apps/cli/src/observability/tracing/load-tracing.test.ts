import { expect, it } from "vitest";
import { loadTracing, type TracingParts } from "./load-tracing.ts";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };

/** Loads tracing without its packages; returns the packages it looked for and its warnings. */
async function loaded(env: TracingParts["env"], kind: "missing" | "unusable" = "missing") {
  const warnings: string[] = [];
  const asked: string[] = [];
  const tracing = await loadTracing({
    env,
    cwd: "/nowhere",
    version: "1",
    redact: (text) => text,
    typeOf: () => "openai",
    log: { write: (level, event) => void warnings.push(`${level} ${event}`) },
    locate(name) {
      asked.push(name);
      return kind === "missing" ? { kind, lookedIn: [] } : { kind, reason: "is installed in /x, but is not built" };
    },
  });
  return { tracing, warnings, asked };
}

it.each<TracingParts["env"]>([
  {},
  { OTEL_SERVICE_NAME: "massgen" },
  { ...endpoint, OTEL_SDK_DISABLED: "TRUE" },
  { ...endpoint, OTEL_TRACES_EXPORTER: "none" },
])("without an endpoint, or turned off, nothing is looked for: %j", async (env) => {
  expect(await loaded(env)).toEqual({ tracing: undefined, warnings: [], asked: [] });
});

it("packages that are missing are a warning that says what to install", async () => {
  const { tracing, warnings } = await loaded(endpoint);
  expect(tracing).toBeUndefined();
  expect(warnings).toEqual([
    "warn no traces: OTEL_EXPORTER_OTLP_ENDPOINT is set, but @opentelemetry/api, @opentelemetry/sdk-trace, @opentelemetry/resources, @opentelemetry/exporter-trace-otlp-proto cannot be found. Install them beside massgen: npm install @opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/exporter-trace-otlp-proto",
  ]);
  const broken = await loaded(endpoint, "unusable");
  expect(broken.warnings).toEqual(["warn no traces: @opentelemetry/api is installed in /x, but is not built"]);
});

it("a protocol that the exporter does not speak is a warning", async () => {
  const { tracing, warnings, asked } = await loaded({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" });
  expect([tracing, asked]).toEqual([undefined, []]);
  expect(warnings).toEqual([expect.stringContaining("must be http/protobuf")]);
});
