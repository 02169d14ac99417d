export type { AgentConfig, BackendConfig, LoadedConfig, MassgenConfig, ModelAlias, TeamConfig } from "./config.ts";
export { ConfigError, issueText, type ConfigIssue } from "./config-error.ts";
export type { ConfigPath } from "./config-path.ts";
export { mergeEnv, readDotEnv } from "./dot-env.ts";
export { configJsonSchema } from "./json-schema.ts";
export type { WrittenBackend } from "./cross-checks.ts";
export { matchesPattern } from "./model-name-pattern.ts";
export { loadConfig, type LoadOptions } from "./load-config.ts";
export { providerPackages, type PackageReference } from "./provider-packages.ts";
export { longestFile, readTextFile, readTextFileThere } from "./files/text-file.ts";
export { checkPrices, configuredTeam, typedAgents, type ConfiguredTeam } from "./team/configured-team.ts";
export { loadConfigFor, type LoadForOptions } from "./team/load-config-for.ts";
export type {
  BackendDescription,
  BackendType,
  ModelPrices,
  ModelRegistry,
  ReachedBackend,
} from "./team/model-registry.ts";
export { plannedTeams, type PlannedTeam } from "./team/planned-teams.ts";
export { teamFromConfig, type TeamFromConfigOptions } from "./team/team-from-config.ts";
export { keyNameForm, keyNamePattern, keyPattern, type ClientKey } from "./server/client-keys.ts";
export { optionHelp, type ServerOption, type Unit } from "./server/option.ts";
export {
  optionRows,
  serverOptions,
  type NamedOption,
  type ServerConfig,
  type ServerOptionName,
  type ServerSettings,
} from "./server/server-options.ts";
export { serverSettings, type FlagValue, type ServerSources } from "./server/server-settings.ts";
