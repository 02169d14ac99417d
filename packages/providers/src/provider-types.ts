import { MassgenError, type Provider } from "@massgen/core/model";
import { createAnthropic } from "./anthropic/provider.ts";
import type { Backend } from "./backend.ts";
import type { BuiltInProvider } from "./built-in-provider.ts";
import { createDemo } from "./demo/provider.ts";
import { createGemini } from "./gemini/provider.ts";
import { splitModelName, typeOfAddress, untypedMessage } from "./infer-type.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";
import { vendors } from "./openai-compatible/vendors.ts";
import { checkedProvider } from "./provider-problem.ts";

/** The backend types of a registry. */
export interface ProviderTypes {
  /** Every type, aliases left out, in alphabetical order. */
  readonly names: () => readonly string[];
  /** Every type and alias. */
  readonly words: () => readonly string[];
  readonly providers: () => readonly BuiltInProvider[];
  /** @param type or an alias of it */
  readonly get: (type: string) => BuiltInProvider | undefined;
  readonly isFurther: (provider: Provider) => boolean;
  /** See {@link RegistryDescription.typed}. */
  readonly typed: <B extends Pick<Backend, "type" | "model" | "baseUrl">>(backend: B) => B;
  /**
   * The provider of a backend.
   * @throws MassgenError `configuration` for an unknown type, or where nothing implies one
   */
  readonly providerOf: (backend: Pick<Backend, "type" | "model" | "baseUrl">) => BuiltInProvider;
}

/** The types that are always there, in the order in which addresses are compared. */
export function builtInProviders(): readonly BuiltInProvider[] {
  return [...vendors.map(createOpenAICompatible), createAnthropic(), createGemini(), createDemo()];
}

/**
 * The built-in types, and further ones, which replace those of the same name.
 * @throws MassgenError `configuration` when one is no provider, or not of this version of the contract
 */
export function createProviderTypes(given: readonly Provider[]): ProviderTypes {
  const further = given.map((provider, index) => {
    const checked = checkedProvider(provider);
    if ("problem" in checked) throw new MassgenError("configuration", `providers[${index}] ${checked.problem}`);
    return checked.provider;
  });
  const byType = new Map<string, BuiltInProvider>();
  const byAlias = new Map<string, BuiltInProvider>();
  for (const provider of [...builtInProviders(), ...further]) {
    byType.set(provider.type, provider);
    for (const alias of provider.aliases ?? []) byAlias.set(alias, provider);
  }
  const names = (): string[] => [...byType.keys()].sort();
  const get = (type: string): BuiltInProvider | undefined => byType.get(type) ?? byAlias.get(type);
  const typed: ProviderTypes["typed"] = (backend) => {
    const { type, model, baseUrl } = backend;
    if (type !== undefined) return backend;
    const ofAddress = baseUrl === undefined ? undefined : typeOfAddress(baseUrl, [...byType.values()]);
    if (ofAddress !== undefined) return { ...backend, type: ofAddress };
    return { ...backend, ...splitModelName(model ?? "", names()) };
  };
  return {
    names,
    words: () => [...byType.keys(), ...byAlias.keys()],
    providers: () => [...byType.values()],
    get,
    isFurther: (provider) => further.includes(provider),
    typed,
    providerOf(backend) {
      const { type, model } = typed(backend);
      if (type === undefined) throw new MassgenError("configuration", untypedMessage(model, names()));
      const provider = get(type);
      if (provider !== undefined) return provider;
      throw new MassgenError("configuration", `unknown backend type "${type}"; known types: ${names().join(", ")}`);
    },
  };
}
