export type { AgentConfig, BackendConfig, BackendLimits, LoadedConfig, MassgenConfig, ServerConfig } from "./config.ts";
export { ConfigError, issueText, type ConfigIssue } from "./config-error.ts";
export type { ConfigPath } from "./config-path.ts";
export { mergeEnv, readDotEnv } from "./dot-env.ts";
export { configJsonSchema } from "./json-schema.ts";
export type { WrittenBackend } from "./cross-checks.ts";
export { logFormats, logLevels } from "./team-schema.ts";
export { loadConfig, type LoadOptions } from "./load-config.ts";
export { providerPackages, type PackageReference } from "./provider-packages.ts";
