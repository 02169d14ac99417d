import type { RunEvent } from "@massgen/core";
import type { ToolCall } from "@massgen/core/model";
import {
  toFinishReason,
  toReasoning,
  toWireToolCall,
  type Answered,
  type CompletionIdentity,
  type WireFinishReason,
} from "./completion.ts";
import { errorBody, type ErrorBody } from "./errors.ts";
import { toMetadata, type MassgenMetadata } from "./metadata.ts";
import { foldReasoning, type TraceLevel, type TraceLines } from "./reasoning.ts";
import { problemOf } from "./run-failure.ts";
import { soundUsage } from "./sound-usage.ts";
import { toUsage, type CompletionUsage } from "./usage.ts";
import { wholeText } from "./whole-text.ts";

/** What a chunk adds to the message. */
export interface ChunkDelta {
  readonly role?: "assistant";
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly type?: "function";
    readonly function: { readonly name?: string; readonly arguments: string };
  }[];
}

export interface ChunkChoice {
  readonly index: 0;
  readonly delta: ChunkDelta;
  readonly logprobs: null;
  readonly finish_reason: WireFinishReason | null;
}

/** One frame of a streamed answer. */
export interface ChatCompletionChunk {
  readonly id: string;
  readonly object: "chat.completion.chunk";
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  /** Empty only in the usage chunk. */
  readonly choices: readonly [] | readonly [ChunkChoice];
  /** Absent unless the client asked for usage; null in every chunk but the last. */
  readonly usage?: CompletionUsage | null;
  /** On the chunk with the finish reason. */
  readonly massgen_metadata?: MassgenMetadata;
}

export interface ChunkSettings extends CompletionIdentity {
  readonly includeUsage: boolean;
  readonly traces: TraceLevel;
  readonly traceLines: TraceLines;
}

/** Turns the events of one run, in order, into the frames of its stream, without the closing `[DONE]`. */
export interface ChunkFold {
  /** The chunk that goes out before anything is known. */
  readonly start: () => ChatCompletionChunk;
  readonly next: (event: RunEvent) => readonly (ChatCompletionChunk | ErrorBody)[];
}

/** A run that fails ends in one error frame instead of a finish reason. */
export function toChunks(settings: ChunkSettings): ChunkFold {
  const { id, created, model, includeUsage, reasoningAlias } = settings;
  const reasoning = foldReasoning(settings.traces, settings.traceLines);
  const content = wholeText();
  const head = { id, object: "chat.completion.chunk", created, model } as const;
  const noUsage = includeUsage ? { usage: null } : {};

  function chunk(delta: ChunkDelta, finishReason: WireFinishReason | null = null): ChatCompletionChunk {
    return { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }], ...noUsage };
  }

  function textChunks(text: string): ChatCompletionChunk[] {
    return text === "" ? [] : [chunk({ content: text })];
  }

  function finish(result: Answered): ChatCompletionChunk[] {
    const { usage } = result.receipt;
    // When nothing was reported there is no usage chunk: nobody defines one without usage, and a zero would be a lie.
    return [
      ...textChunks(content.end()),
      { ...chunk({}, toFinishReason(result)), massgen_metadata: toMetadata(settings.runId, result.receipt) },
      ...(includeUsage && usage !== undefined
        ? [{ ...head, choices: [] as const, usage: toUsage(soundUsage(usage)) }]
        : []),
    ];
  }

  return {
    start: () => chunk({ role: "assistant", content: "" }),
    next(event) {
      const trace = reasoning.next(event);
      if (trace !== "") return [chunk(toReasoning(trace, reasoningAlias))];
      if (event.type === "content-delta") return textChunks(content.next(event.text));
      if (event.type === "tool-calls") return event.toolCalls.flatMap(toolCallDeltas).map((delta) => chunk(delta));
      if (event.type === "run-finished")
        return event.result.status === "answered" ? finish(event.result) : [errorBody(problemOf(event.result))];
      return [];
    },
  };
}

/** First who is called, then with what: the order in which OpenAI sends it. */
function toolCallDeltas(call: ToolCall, index: number): ChunkDelta[] {
  const { function: named, ...head } = toWireToolCall(call);
  return [
    { tool_calls: [{ index, ...head, function: { ...named, arguments: "" } }] },
    { tool_calls: [{ index, function: { arguments: named.arguments } }] },
  ];
}
