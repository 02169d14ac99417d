import type { Sampler } from "@opentelemetry/sdk-trace";

type Sdk = typeof import("@opentelemetry/sdk-trace");

/**
 * The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name, which the SDK itself does not read.
 * Undefined for the SDK's own: what the parent says, and everything that has none.
 * @param warn hears of a name or a ratio that is none; then the SDK's own is used
 */
export function samplerOf(
  sdk: Sdk,
  env: Readonly<Record<string, string>>,
  warn: (message: string) => void,
): Sampler | undefined {
  const name = env["OTEL_TRACES_SAMPLER"];
  if (name === undefined) return undefined;
  const parented = name.startsWith("parentbased_");
  const root = rootSampler(sdk, name.replace(/^parentbased_/, ""), env, warn);
  if (root === undefined) return undefined;
  return parented ? new sdk.ParentBasedSampler({ root }) : root;
}

function rootSampler(
  sdk: Sdk,
  name: string,
  env: Readonly<Record<string, string>>,
  warn: (message: string) => void,
): Sampler | undefined {
  switch (name) {
    case "always_on":
      return new sdk.AlwaysOnSampler();
    case "always_off":
      return new sdk.AlwaysOffSampler();
    case "traceidratio": {
      const written = env["OTEL_TRACES_SAMPLER_ARG"] ?? "1";
      const ratio = Number(written);
      if (ratio >= 0 && ratio <= 1) return new sdk.TraceIdRatioBasedSampler(ratio);
      warn("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1; every run is traced");
      return undefined;
    }
    default:
      warn(`OTEL_TRACES_SAMPLER must be one of ${names}; every run is traced`);
      return undefined;
  }
}

const names =
  "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio";
