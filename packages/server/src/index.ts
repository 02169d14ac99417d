export { createApp, type AppSettings, type ServerApp } from "./http/app.ts";
export type { Admission } from "./http/admission.ts";
export type { Ask, Engine, FoundTeam, ModelInfo } from "./runs/engine.ts";
export type { HistoryLevel } from "./runs/stored-runs.ts";
export { keptAccount, type RunAccount } from "./runs/run-account.ts";
export { teamModel } from "./runs/team-model.ts";
export type { ConsoleFile, ConsoleSite } from "./http/console-site.ts";
export type { LogEntry, LogError } from "./http/log-entry.ts";
export type { ChatCompletionChunk, ChunkChoice, ChunkDelta } from "./wires/openai-chat/chunks.ts";
export type { ChatCompletion, WireFinishReason, WireToolCall } from "./wires/openai-chat/completion.ts";
export type { ErrorBody } from "./wires/openai-error.ts";
export type { MassgenAgentMetadata, MassgenMetadata } from "./runs/metadata.ts";
export type { MassgenCallMetadata } from "./runs/call-metadata.ts";
export type { CompletionUsage } from "./wires/openai-usage.ts";
export {
  type ApiKey,
  type BegunRun,
  defaultOptions,
  type LiveOptions,
  type MetricsPage,
  type NamedKey,
  type ServerOptions,
} from "./http/options.ts";
export type { Ports } from "./ports.ts";
export { type RouteName, wirePaths, wireStatuses } from "./http/route-name.ts";
export { serve, type RunningServer, type ServeSettings } from "./http/serve.ts";
