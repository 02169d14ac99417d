// Programs: a model by its name.
export { claude, gemini, model, openai, type ModelOptions } from "./models.ts";

// Hosts: every backend type at once.
export { createRegistry, type Registry, type RegistryOptions } from "./registry.ts";
export type { RegistryDescription } from "./registry-description.ts";
export type { Backend } from "./backend.ts";
export { createPriceBook, type PriceBook, type WritablePriceBook } from "./prices/price-book.ts";
export { createLimiter } from "./limits/limiter.ts";
export { builtInProviders } from "./provider-types.ts";
export type { BuiltInProvider } from "./built-in-provider.ts";
export type { ServiceReport } from "./service-lookups.ts";
export type { ServiceFacts } from "./openai-compatible/service-lookup.ts";
export { ambiguousTypes, inferType, splitModelName, type SplitModelName } from "./infer-type.ts";
export { proxyVariables } from "./network/proxy-rules.ts";
export { checkedProvider, providerProblem, providerShape } from "./provider-problem.ts";

export { secretsInVariable } from "./backend-secrets.ts";
export { wordsOf } from "@massgen/provider-kit/parts";
export { packageAtWork, inPackage } from "./package-context.ts";
export { createRedactor, type Redactor } from "./redact.ts";

// The single providers, for hosts with their own kind of registry.
export { createAnthropic } from "./anthropic/provider.ts";
export { createDemo } from "./demo/provider.ts";
export { createGemini } from "./gemini/provider.ts";
export { createOpenAICompatible } from "./openai-compatible/provider.ts";
export type { TokenField, Vendor } from "./openai-compatible/vendor.ts";
export { vendors } from "./openai-compatible/vendors.ts";
