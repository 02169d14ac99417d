import type { RunEvent } from "@massgen/core";
import type { ToolCall } from "@massgen/core/model";
import { toMetadata, type MassgenMetadata } from "../../runs/metadata.ts";
import { usageOfRun } from "../../runs/usage.ts";
import { wholeText } from "../../runs/whole-text.ts";
import type { Answered } from "../wire.ts";
import {
  headOf,
  toFinishReason,
  toReasoning,
  toWireToolCall,
  type ChatAnswer,
  type WireFinishReason,
} from "./completion.ts";
import { toUsage, type CompletionUsage } from "../openai-usage.ts";

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
  /** Empty in the usage chunk only. */
  readonly choices: readonly [] | readonly [ChunkChoice];
  /** Absent unless the client asked for usage; null in every chunk but the last. */
  readonly usage?: CompletionUsage | null;
  /** On the chunk with the finish reason. */
  readonly massgen_metadata?: MassgenMetadata;
  /** What happened in the run, for a client that asked for events; its text stands beside it on the same chunk. */
  readonly massgen_event?: RunEvent;
}

/** Turns the events of one run, in order, into the chunks of its stream. */
export interface ChunkFold {
  /** The chunk that goes out before anything is known. */
  readonly start: () => ChatCompletionChunk;
  readonly next: (event: RunEvent, traces: string) => readonly ChatCompletionChunk[];
  readonly finish: (result: Answered, last?: RunEvent) => readonly ChatCompletionChunk[];
}

export function toChunks(answer: ChatAnswer): ChunkFold {
  const { includeUsage } = answer.own;
  const content = wholeText();
  const head = headOf(answer, "chat.completion.chunk");
  const noUsage = includeUsage ? { usage: null } : {};

  function chunk(delta: ChunkDelta, finishReason: WireFinishReason | null = null): ChatCompletionChunk {
    return { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }], ...noUsage };
  }

  function textChunks(text: string): ChatCompletionChunk[] {
    return text === "" ? [] : [chunk({ content: text })];
  }

  const shows = answer.events === true || answer.own.includeEvents === true ? shownEvents() : () => false;

  /** What an event says to a client that knows none. */
  function texts(event: RunEvent, traces: string): readonly ChatCompletionChunk[] {
    if (traces !== "") {
      // Clients show traces and answer in a row: an empty line stands between them.
      const spaced = event.type === "answer-started" ? `${traces}\n` : traces;
      return [chunk(toReasoning(spaced, answer.reasoningAlias))];
    }
    if (event.type === "content-delta") return textChunks(content.next(event.text));
    if (event.type === "tool-calls") return event.toolCalls.flatMap(toolCallDeltas).map((delta) => chunk(delta));
    return [];
  }

  return {
    start: () => chunk({ role: "assistant", content: "" }),
    next(event, traces) {
      const chunks = texts(event, traces);
      if (!shows(event)) return chunks;
      const [first = chunk({}), ...rest] = chunks;
      return [{ ...first, massgen_event: event }, ...rest];
    },
    finish(result, last) {
      return [
        ...textChunks(content.end()),
        {
          ...chunk({}, toFinishReason(result)),
          massgen_metadata: toMetadata(answer, result.receipt),
          ...(last !== undefined && shows(last) && { massgen_event: last }),
        },
        ...(includeUsage ? [{ ...head, choices: [] as const, usage: toUsage(usageOfRun(result.receipt)) }] : []),
      ];
    },
  };
}

/** Whether events are shown. They hold every draft and reason: not where the configuration shows nothing of these. */
function shownEvents(): (event: RunEvent) => boolean {
  let shown = false;
  return (event) => {
    if (event.type === "run-started") shown = event.traces !== "off";
    return shown;
  };
}

/** First the function's name, then its arguments, in OpenAI's order. */
function toolCallDeltas(call: ToolCall, index: number): ChunkDelta[] {
  const { function: named, ...head } = toWireToolCall(call);
  return [
    { tool_calls: [{ index, ...head, function: { ...named, arguments: "" } }] },
    { tool_calls: [{ index, function: { arguments: named.arguments } }] },
  ];
}
