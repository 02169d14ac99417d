import type { FinishEvent, FinishReason, ModelEvent, Usage } from "@massgen/core/model";
import { listOf, numberOf, objectOf, objectsIn, textOf, type JsonObject } from "../wire/json-value.ts";
import { failureBeside, flatFailure, isFailureReason, stoppedBy } from "../wire/stream-failure.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { createReasoningCollector, type ReasoningOwner } from "./reasoning-record.ts";
import { createThinkSplitter, type ThinkPiece } from "./think-splitter.ts";
import { createToolCallCollector } from "./tool-call-collector.ts";
import { usageOf } from "./usage.ts";

/** Reads the chunks of one streamed chat completion, or a whole completion as if it were one chunk. */
export interface ChatEvents {
  /** What a chunk adds. A chunk that reports an error gives that instead. */
  readonly push: (chunk: JsonObject) => { readonly events: readonly ModelEvent[]; readonly failure?: UpstreamFailure };
  /** Whether the terminal marker, a finish reason, was seen. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  /** What comes last: text held back, tool calls, the finish. Only once finished. */
  readonly end: () => readonly ModelEvent[];
}

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["model_length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["tool_use", "tool-calls"],
  ["content_filter", "content-filter"],
  ["sensitive", "content-filter"],
  ["safety", "content-filter"],
  ["refusal", "content-filter"],
]);

/** What has to be known of a model to read its answers. */
export interface AnswerStyle {
  /** Whether answers may begin with thoughts and no opening tag. */
  readonly bareThoughts?: boolean;
  /** Whose thinking has to travel beside the tool calls after it. */
  readonly reasoning?: ReasoningOwner;
}

/** @param firstCallNumber the number of the first tool call id that has to be made up */
export function createChatEvents(firstCallNumber: number, style: AnswerStyle = {}): ChatEvents {
  const thoughts = createThinkSplitter(style.bareThoughts);
  const kept = style.reasoning === undefined ? undefined : createReasoningCollector(style.reasoning);
  const calls = createToolCallCollector(firstCallNumber);
  let reason: FinishReason | undefined;
  let refused = false;
  let streamed = false;
  let usage: Usage | undefined;

  /** What a choice brings. Behind deltas, a whole message only says again what they said. */
  function deltaOf(choice: JsonObject): JsonObject {
    const delta = objectOf(choice["delta"]);
    streamed ||= delta !== undefined;
    return delta ?? (streamed ? undefined : objectOf(choice["message"])) ?? {};
  }

  function readChoice(choice: JsonObject): ModelEvent[] {
    const delta = deltaOf(choice);
    const { text, thinking } = contentOf(delta["content"]);
    const reasoning =
      textOf(delta["reasoning_content"]) ??
      textOf(delta["reasoning"]) ??
      (thinking === "" ? detailsIn(delta["reasoning_details"]) : thinking);
    const refusal = textOf(delta["refusal"]);
    refused ||= refusal !== undefined;
    kept?.add(delta);
    const entries = listOf(delta["tool_calls"]);
    for (const entry of entries) calls.add(entry);
    // How calls were written before there could be several; some servers write them both ways.
    const only = entries.length === 0 ? objectOf(delta["function_call"]) : undefined;
    if (only !== undefined) calls.add({ function: only });
    const finish = textOf(choice["finish_reason"]);
    // Some routers send a further chunk without a reason: it must not take the reason back.
    if (finish !== undefined) reason = reasonOf(finish) ?? "other";
    const events: ModelEvent[] = [];
    if (reasoning !== "") events.push({ type: "reasoning-delta", text: reasoning }, ...thoughts.plain().map(eventOf));
    for (const piece of thoughts.push(text)) events.push(eventOf(piece));
    if (refusal !== undefined) events.push({ type: "text-delta", text: refusal });
    return events;
  }

  return {
    push(chunk) {
      usage = usageOf(chunk) ?? usage;
      const choices = objectsIn(chunk["choices"]);
      const choice = choices.find(({ index }) => (numberOf(index) ?? 0) === 0);
      const failure = failureIn(chunk, choice);
      const events = choice === undefined ? [] : readChoice(choice);
      return failure === undefined ? { events } : { events, failure };
    },
    finished: () => reason !== undefined,
    usage: () => usage,
    end() {
      const toolCalls = calls.end(reason === "length" || reason === "content-filter");
      const finish: FinishEvent = {
        type: "finish",
        reason: finalReason(reason ?? "other", toolCalls.length > 0, refused),
        ...(usage !== undefined && { usage }),
      };
      const opaque = kept?.record();
      const signed = toolCalls.map((call, at) => (at === 0 && opaque !== undefined ? { ...call, opaque } : call));
      return [...thoughts.end().map(eventOf), ...signed, finish];
    },
  };
}

function finalReason(reason: FinishReason, called: boolean, refused: boolean): FinishReason {
  if (reason === "length" || reason === "content-filter") return reason;
  if (called) return "tool-calls";
  if (refused) return "content-filter";
  return reason === "tool-calls" ? "other" : reason;
}

function reasonOf(finish: string): FinishReason | undefined {
  return reasons.get(finish.toLowerCase());
}

function failureIn(chunk: JsonObject, choice: JsonObject | undefined): UpstreamFailure | undefined {
  const beside = failureBeside(chunk, choice, objectOf(choice?.["delta"]), objectOf(choice?.["message"]));
  if (beside !== undefined) return beside;
  if (choice === undefined || chunk["object"] === "error") return flatFailure(chunk);
  const finish = textOf(choice["finish_reason"]);
  return finish !== undefined && reasonOf(finish) === undefined && isFailureReason(finish)
    ? stoppedBy(finish)
    : undefined;
}

/** The words in OpenRouter's list of details, which it usually repeats in `reasoning`. */
function detailsIn(details: unknown): string {
  let words = "";
  for (const detail of objectsIn(details)) words += textOf(detail["text"]) ?? textOf(detail["summary"]) ?? "";
  return words;
}

function contentOf(content: unknown): { text: string; thinking: string } {
  if (typeof content === "string") return { text: content, thinking: "" };
  let text = "";
  let thinking = "";
  for (const part of objectsIn(content)) {
    if (part["type"] === "text") text += textOf(part["text"]) ?? "";
    if (part["type"] === "thinking") {
      const thought = part["thinking"];
      thinking +=
        textOf(thought) ??
        listOf(thought)
          .map((inner) => textOf(objectOf(inner)?.["text"]) ?? "")
          .join("");
    }
  }
  return { text, thinking };
}

function eventOf({ kind, text }: ThinkPiece): ModelEvent {
  switch (kind) {
    case "text":
      return { type: "text-delta", text };
    case "reasoning":
      return { type: "reasoning-delta", text };
  }
}
