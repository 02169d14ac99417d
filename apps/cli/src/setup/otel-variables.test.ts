import { expect, it } from "vitest";
import { readOtelVariables } from "./otel-variables.ts";

it("takes what is set for OpenTelemetry, and knows what of it is secret", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: " http://127.0.0.1:4318 ",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc==, x-tenant = seven",
    OTEL_SERVICE_NAME: " ",
    OPENAI_API_KEY: "sk-1",
  };
  expect(readOtelVariables(env)).toEqual({
    otelVariables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc==, x-tenant = seven",
    },
    secrets: ["Bearer%20abc==", "seven"],
  });
});
