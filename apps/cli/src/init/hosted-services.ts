import { MassgenError } from "@massgen/core";
import { builtInProviders, type Registry } from "@massgen/providers";
import { writesText } from "../services/local-services.ts";
import { readVariable, type Environment } from "../setup/environment.ts";
import { preferredTypes } from "./preferred-models.ts";

/** A service whose key is set. */
export interface HostedService {
  readonly type: string;
  /** The variable that holds the key. */
  readonly variable: string;
  /** The models that it lists; absent where it did not say. */
  readonly models?: readonly string[];
  /** Set where no team can be made of it: why. */
  readonly problem?: string;
}

/** The most milliseconds that all services together may take to list their models. */
const usualLimitMs = 4000;

/**
 * The services whose keys are set, in the order in which their models are proposed, each asked for its models: all at
 * the same time. Never rejects for what they do. A service that does not list its models may have them nevertheless;
 * one that refuses the key has not.
 */
export async function hostedServices(
  registry: Registry,
  env: Environment,
  limitMs = usualLimitMs,
): Promise<readonly HostedService[]> {
  const signal = AbortSignal.timeout(limitMs);
  const known = preferredTypes.flatMap((type) => builtInProviders().find((provider) => provider.type === type) ?? []);
  const services = await Promise.all(
    known.map(async ({ type, apiKey }): Promise<HostedService | undefined> => {
      const variable = apiKey.variables.find((name) => readVariable(env, name) !== undefined);
      if (variable === undefined) return undefined;
      try {
        return { type, variable, models: (await registry.describe.models({ type }, signal)).filter(writesText) };
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        const refused = error.code === "authentication" || error.code === "configuration";
        return { type, variable, ...(refused && { problem: error.message }) };
      }
    }),
  );
  return services.filter((service) => service !== undefined);
}
