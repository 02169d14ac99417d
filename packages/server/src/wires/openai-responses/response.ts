import type { ResponseFormat } from "@massgen/core/model";
import type { Problem, ProblemKind } from "../../problem.ts";
import { toMetadata } from "../../runs/metadata.ts";
import { usageOfRun } from "../../runs/usage.ts";
import { isObject } from "../fields/field.ts";
import type { Answer, Answered } from "../wire.ts";
import { responseIdOf } from "./ids.ts";
import type { InputItem } from "./input-items.ts";
import type { OutputItem } from "./output-items.ts";
import type { ResponsesRequest } from "./request-schema.ts";
import type { ClientTool } from "./tools.ts";
import { toUsage } from "./usage.ts";

/** What this wire needs to answer one run. */
export type ResponseAnswer = Answer<OwnRequest>;

/** A conversation, without instructions. */
export interface Conversation {
  readonly items: readonly InputItem[];
  /** How many earlier responses it continues. */
  readonly links: number;
  /** An estimate of its memory, in characters. */
  readonly size: number;
}

/** What this wire keeps of a request. */
export interface OwnRequest {
  /** The fields of the request that every response object repeats. */
  readonly echo: object;
  /** By their names in the team. */
  readonly tools: ReadonlyMap<string, ClientTool>;
  /** The whole conversation, beginning with that of earlier responses. */
  readonly conversation: Conversation;
  /** The input as clients read it back. */
  readonly input: readonly object[];
  /** An estimate of the memory of the request and its conversation, in characters. */
  readonly size: number;
  readonly store: boolean;
  readonly background: boolean;
}

type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";

/** What changes in a response during its run. */
export interface Progress {
  readonly status: ResponseStatus;
  readonly output: readonly OutputItem[];
  /** When its run began, in milliseconds since 1970: later than the request if it waited in line. */
  readonly begunAtMs: number;
  readonly result?: Answered;
  readonly problem?: Problem;
}

/** The response so far. */
export function toResponse(answer: ResponseAnswer, { status, output, begunAtMs, result, problem }: Progress): object {
  return {
    id: responseIdOf(answer.runId),
    object: "response",
    created_at: Math.floor(answer.startedAt / 1000),
    status,
    completed_at: result === undefined ? null : Math.floor((begunAtMs + result.receipt.elapsedMs) / 1000),
    error: problem === undefined ? null : { code: codeOf(problem), message: problem.message },
    incomplete_details: incompleteDetails(result),
    model: answer.model,
    output,
    ...answer.own.echo,
    ...(result !== undefined && { usage: toUsage(usageOfRun(result.receipt)) }),
    ...metadataOf(answer, result),
  };
}

/** A run that ends with this process says so from the beginning. */
function metadataOf(answer: ResponseAnswer, result: Answered | undefined): object {
  const { runId, durable } = answer;
  const said = durable === undefined ? {} : { durable };
  if (result !== undefined) return { massgen_metadata: { ...toMetadata(answer, result.receipt), ...said } };
  return durable === undefined ? {} : { massgen_metadata: { run_id: runId, ...said } };
}

/** OpenAI's codes for kinds of failures; all others are `server_error`. */
const codes: ReadonlyMap<ProblemKind, string> = new Map([
  ["rate-limited", "rate_limit_exceeded"],
  ["server-busy", "rate_limit_exceeded"],
  ["refused-by-agents", "invalid_prompt"],
  ["invalid-value", "invalid_prompt"],
]);

/** OpenAI's published list has neither of the first two, but its clients know them: Codex then repeats no run. */
function codeOf({ kind, code }: Problem): string {
  if (code === "quota") return "insufficient_quota";
  if (code === "context_length") return "context_length_exceeded";
  return codes.get(kind) ?? "server_error";
}

/** How an answer ended. */
export function statusOf(result: Answered): "completed" | "incomplete" {
  return incompleteDetails(result) === null ? "completed" : "incomplete";
}

function incompleteDetails(result: Answered | undefined): { readonly reason: string } | null {
  switch (result?.finishReason) {
    case "length":
      return { reason: "max_output_tokens" };
    case "content-filter":
      return { reason: "content_filter" };
    default:
      return null;
  }
}

/** The request's fields that a response repeats, with defaults for absent ones. */
export function echoOf(request: ResponsesRequest, body: unknown): object {
  const sent = isObject(body) ? body : {};
  return {
    instructions: request.instructions ?? null,
    previous_response_id: request.previous_response_id ?? null,
    background: request.background ?? false,
    store: request.store ?? true,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: isObject(sent["metadata"]) ? sent["metadata"] : {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    service_tier: "default",
    temperature: request.temperature ?? null,
    top_p: request.top_p ?? null,
    text: { format: formatOf(request.text?.format), verbosity: "medium" },
    tool_choice: sent["tool_choice"] ?? "auto",
    tools: Array.isArray(sent["tools"]) ? sent["tools"] : [],
    top_logprobs: 0,
    truncation: "disabled",
    ...(typeof request.user === "string" && { user: request.user }),
  };
}

function formatOf(format: ResponseFormat | null | undefined): object {
  switch (format?.type) {
    case "json-object":
      return { type: "json_object" };
    case "json-schema":
      return { type: "json_schema", name: format.name, schema: format.schema, strict: format.strict ?? false };
    default:
      return { type: "text" };
  }
}
