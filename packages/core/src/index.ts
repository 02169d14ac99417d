export { MassgenError, type ErrorCode, type MassgenErrorChanges, type MassgenErrorOptions } from "./errors.ts";
export type { RunResult } from "./coordination/announcement.ts";
export type { AnswerReply, BallotReply, CallTiming, Fact, Timer } from "./coordination/event.ts";
export type { Candidate } from "./coordination/candidate.ts";
export type {
  AgentReceipt,
  AgentStatus,
  CallDetail,
  CallReceipt,
  CallResult,
  DegradedReason,
  Failure,
  Outcome,
  Phase,
  Receipt,
  UnreportedUsage,
  VoteReceipt,
} from "./coordination/receipt.ts";
export { defaultSettings, type CoordinationSettings } from "./coordination/settings.ts";
export type { CoordinationOptions } from "./coordination-options.ts";
export type {
  ContentDeltaEvent,
  DraftDeltaEvent,
  LoggedEvent,
  PassingEvent,
  ReasoningDeltaEvent,
  RunEvent,
  RunFinishedEvent,
  RunStartedEvent,
  ToolCallsEvent,
} from "./run/run-event.ts";
export type { AnsweredResult } from "./run/driver.ts";
export type { EventsOptions, Run, RunRecord } from "./run/run.ts";
export type { AnswerNowEffect } from "./coordination/answer-now.ts";
export type { RuleBook } from "./coordination/rule-book.ts";
export { rulesVersion } from "./coordination/rules-version.ts";
export type { Setup } from "./coordination/state.ts";
export type { Journal } from "./run/journal.ts";
export { resumeRun, type JournaledRun, type ResumeOptions } from "./run/resume-run.ts";
export { logVersion } from "./run/run-event.ts";
export { runEventSchema } from "./run/event-schema/run-event-schema.ts";
export { liveDrafts } from "./trace/live-drafts.ts";
export { traceLines } from "./trace/trace-lines.ts";
export { systemClock, type Clock } from "./clock.ts";
export type { AccountLimits, CallToSend, LimitedModel, Limiter, QueueWait, Turn, TurnHooks } from "./limiter.ts";
export { systemPorts, type Ports } from "./run/ports.ts";
export type { Allowance, Reservation } from "./allowance.ts";
export type { EndedCall, PricedUsage, TokenPrice, TokenRates } from "./pricing.ts";
export { errorCodes, isErrorCode } from "./error-code.ts";
export { guardObserver, type ObserverFailed } from "./observer.ts";
export { describeThrown } from "./thrown.ts";
export type { Agent, AgentModel } from "./agent.ts";
// The parts of requests, answers and models. Authors of models find more in @massgen/core/model.
export type { ChatModel, ModelCapabilities } from "./model/chat-model.ts";
export type {
  CallLimits,
  ChatRequest,
  JsonSchema,
  PromptPrefix,
  ResponseFormat,
  Sampling,
  Tool,
  ToolChoice,
} from "./model/chat-request.ts";
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
} from "./model/message.ts";
export type { FinishReason, ModelEvent, RawFinish, Usage } from "./model/model-event.ts";
export type { RunRequest } from "./run-request.ts";
export { createTeam, type Team, type TeamOptions } from "./team.ts";
export type { TeamMember } from "./team-member.ts";
export { answerFormat, type AnswerFormat } from "./format/answer-format.ts";
