// Hosts: every backend type at once.
export { builtInProviders, createRegistry, type Backend, type Registry, type RegistryOptions } from "./registry.ts";
export type { BuiltInProvider } from "./built-in-provider.ts";
export type { ServiceReport } from "./service-lookups.ts";
export type { BackendLimits } from "./limits/backend-limits.ts";
export type { Clock } from "./limits/clock.ts";
export { ambiguousTypes, inferType, splitModelName, type SplitModelName } from "./infer-type.ts";
export { proxyVariables } from "./network/proxy-rules.ts";
export { checkedProvider, providerProblem, providerShape } from "./provider-problem.ts";

export { secretsInVariable } from "./backend-secrets.ts";
export { wordsOf } from "./foreign-error.ts";
export { packageAtWork, inPackage } from "./package-context.ts";
export { createRedactor, type Redactor } from "./redact.ts";

// The providers one by one, for registries of one's own.
export { createAnthropic } from "./anthropic/provider.ts";
export { createDemo } from "./demo/provider.ts";
export { createGemini } from "./gemini/provider.ts";
export { createOpenAICompatible } from "./openai-compatible/provider.ts";
export type { TokenField, Vendor } from "./openai-compatible/vendor.ts";
export { vendors } from "./openai-compatible/vendors.ts";
