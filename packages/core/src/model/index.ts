export { MassgenError, type ErrorCode, type MassgenErrorChanges, type MassgenErrorOptions } from "../errors.ts";
export type { ChatModel, ModelCapabilities } from "./chat-model.ts";
export { systemClock, type Clock } from "../clock.ts";
export type { AccountLimits, CallToSend, LimitedModel, Limiter, QueueWait, Turn, TurnHooks } from "../limiter.ts";
export type {
  CallLimits,
  ChatRequest,
  JsonSchema,
  PromptPrefix,
  ResponseFormat,
  RetryOf,
  Sampling,
  Tool,
  ToolChoice,
} from "./chat-request.ts";
export { wholeMembers } from "../cut-json.ts";
export { parseToRewrite } from "../exact-json.ts";
export { textOf } from "./message.ts";
export type {
  AssistantMessage,
  CacheLifetime,
  ContentPart,
  ImagePart,
  Message,
  SystemMessage,
  TextPart,
  ToolCall,
  ToolMessage,
  UserMessage,
} from "./message.ts";
export type {
  FinishEvent,
  FinishReason,
  ModelEvent,
  RawFinish,
  ReasoningDeltaEvent,
  TextDeltaEvent,
  ToolCallEvent,
  Usage,
} from "./model-event.ts";
export type { EndedCall, PricedUsage, TokenPrice, TokenRates } from "../pricing.ts";
export { callTokens, promptTokens } from "../token-estimate.ts";
export { contractVersion } from "./chat-model.ts";
export type { ModelSettings, Provider, ProviderContext } from "./provider.ts";
