import * as sdk from "@opentelemetry/sdk-trace";
import { expect, it } from "vitest";
import { samplerOf } from "./sampler.ts";

const described = (env: Record<string, string>): [string | undefined, readonly string[]] => {
  const warnings: string[] = [];
  return [samplerOf(sdk, env, (message) => warnings.push(message))?.toString(), warnings];
};

it("is the one that the environment names", () => {
  expect(described({})).toEqual([undefined, []]);
  expect(described({ OTEL_TRACES_SAMPLER: "always_off" })).toEqual(["AlwaysOffSampler", []]);
  const ratio = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" };
  expect(described(ratio)[0]).toMatch(/^ParentBased\{root=TraceIdRatioBased\{0\.25\}/);
});

it("is the SDK's own where the environment names none, with a warning", () => {
  expect(described({ OTEL_TRACES_SAMPLER: "often" })).toEqual([undefined, [expect.stringContaining("must be one of")]]);
  const odd = { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "25%" };
  expect(described(odd)).toEqual([undefined, [expect.stringContaining("from 0 to 1")]]);
});
