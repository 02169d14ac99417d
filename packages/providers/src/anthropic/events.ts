import type { FinishReason, ModelEvent, ToolCallEvent, Usage } from "@massgen/core/model";
import type { AnswerEvent } from "../wire/answer-events.ts";
import { createCallIds, mostCalls } from "../wire/call-number.ts";
import { createHold, OversizedAnswer } from "../wire/oversized-answer.ts";
import { numberOf, objectOf, objectsIn, parseJson, textOf, writeJson, type JsonObject } from "../wire/json-value.ts";
import { failureBeside, flatFailure, isFailureReason, stoppedBy } from "../wire/stream-failure.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { thinkingBlock, type ThinkingRecord } from "./thinking.ts";
import { createUsageMeter } from "./usage.ts";

/** Reads the events of one streamed message, or a whole message as if it were one event. */
export interface MessageEvents {
  /** What an event adds. One that reports an error gives that instead. */
  readonly push: (event: JsonObject) => { readonly events: readonly AnswerEvent[]; readonly failure?: UpstreamFailure };
  /** Whether the terminal marker, `message_stop`, was seen. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  /** What comes last: tool calls, the finish. Only once finished. */
  readonly end: () => readonly ModelEvent[];
}

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool-calls"],
  ["refusal", "content-filter"],
]);

/** Content blocks that are kept to the end: calls, and the thinking that goes back with them. */
const keptBlocks: ReadonlySet<unknown> = new Set(["tool_use", "thinking", "redacted_thinking"]);

/** A content block while it grows. */
interface OpenBlock {
  readonly start: JsonObject;
  /** The pieces of a tool's input. */
  json: string;
  thinking: string;
  signature: string;
}

/**
 * Makes a reader. Its time grows with the length of the events; it holds the characters that a {@link createHold} allows, in
 * {@link mostCalls} blocks.
 *
 * @param model the model's name, noted beside thinking
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createMessageEvents(model: string, firstCallNumber: number): MessageEvents {
  const blocks: OpenBlock[] = [];
  /** The block that grows under an index: gateways use one index again and again. */
  const growing = new Map<number, OpenBlock>();
  const meter = createUsageMeter();
  const hold = createHold();
  let reason: FinishReason | undefined;
  let finished = false;

  function startBlock(index: number, start: JsonObject): AnswerEvent[] {
    const thinking = textOf(start["thinking"]) ?? "";
    growing.delete(index);
    if (keptBlocks.has(start["type"])) {
      if (blocks.length === mostCalls) throw new OversizedAnswer(`${mostCalls} tool calls and pieces of thinking`);
      hold(writeJson(start) ?? "");
      const block = { start, json: "", thinking, signature: textOf(start["signature"]) ?? "" };
      blocks.push(block);
      growing.set(index, block);
    }
    return start["type"] === "text" ? textEvents(start["text"]) : reasoningEvents(thinking);
  }

  function growBlock(index: number, delta: JsonObject): AnswerEvent[] {
    const block = growing.get(index);
    switch (delta["type"]) {
      case "text_delta":
        return textEvents(delta["text"]);
      case "thinking_delta":
        if (block !== undefined) block.thinking += kept(delta["thinking"]);
        return reasoningEvents(delta["thinking"]);
      case "signature_delta":
        if (block !== undefined) block.signature += kept(delta["signature"]);
        return [];
      case "input_json_delta":
        if (block !== undefined) block.json += kept(delta["partial_json"]);
        return [];
      default:
        return [];
    }
  }

  /** A piece that is kept to the end. */
  function kept(value: unknown): string {
    const piece = textOf(value) ?? "";
    hold(piece);
    return piece;
  }

  function noteEnd(delta: JsonObject | undefined): void {
    const said = textOf(delta?.["stop_reason"]);
    if (said !== undefined) reason = reasons.get(said) ?? "other";
  }

  function read(event: JsonObject): AnswerEvent[] {
    const index = numberOf(event["index"]) ?? 0;
    switch (event["type"]) {
      case "message_start":
        // A gateway that starts over says so by a second one.
        blocks.length = 0;
        growing.clear();
        meter.note(objectOf(event["message"])?.["usage"]);
        return [];
      case "content_block_start":
        return startBlock(index, objectOf(event["content_block"]) ?? {});
      case "content_block_delta":
        return growBlock(index, objectOf(event["delta"]) ?? {});
      case "message_delta":
        meter.note(event["usage"]);
        noteEnd(objectOf(event["delta"]));
        return [];
      case "message_stop":
        finished = true;
        return [];
      case "message":
        meter.note(event["usage"]);
        noteEnd(event);
        finished = true;
        return objectsIn(event["content"]).flatMap((block, position) => startBlock(position, block));
      default:
        return [];
    }
  }

  /** Calls cut off in the middle are none. */
  function calls(): ToolCallEvent[] {
    const cut = reason === "length" || reason === "content-filter";
    const thoughts = blocks
      .map(({ start, thinking, signature }) => thinkingBlock({ ...start, thinking, signature }))
      .filter((block) => block !== undefined);
    const idFor = createCallIds(firstCallNumber);
    const opaque: ThinkingRecord = { provider: "anthropic", model, blocks: thoughts };
    return blocks
      .filter(({ start }) => start["type"] === "tool_use" && textOf(start["name"]) !== undefined)
      .filter(({ json }) => !cut || json.trim() === "" || parseJson(json) !== undefined)
      .map(({ start, json }, position) => ({
        type: "tool-call",
        id: idFor(textOf(start["id"]) ?? ""),
        name: textOf(start["name"]) ?? "",
        arguments: json.trim() === "" ? (writeJson(objectOf(start["input"]) ?? {}) ?? "{}") : json,
        ...(position === 0 && thoughts.length > 0 && { opaque }),
      }));
  }

  return {
    push(event) {
      const failure = failureIn(event);
      return failure === undefined ? { events: read(event) } : { events: [], failure };
    },
    finished: () => finished,
    usage: meter.read,
    end() {
      const toolCalls = calls();
      const usage = meter.read();
      const final = finalReason(reason ?? "other", toolCalls.length > 0);
      return [...toolCalls, { type: "finish", reason: final, ...(usage !== undefined && { usage }) }];
    },
  };
}

function failureIn(event: JsonObject): UpstreamFailure | undefined {
  const delta = objectOf(event["delta"]);
  const beside = failureBeside(event, delta, objectOf(event["message"]), objectOf(event["content_block"]));
  if (beside !== undefined) return beside;
  if (!isPart(event["type"])) return flatFailure(event);
  const said = textOf(event["stop_reason"]) ?? textOf(delta?.["stop_reason"]);
  return said !== undefined && !reasons.has(said) && isFailureReason(said) ? stoppedBy(said) : undefined;
}

/** Whether an event of this type is a part of an answer. No set: that hashes the word anew for each event, which takes longer. */
function isPart(type: unknown): boolean {
  switch (type) {
    case "content_block_delta":
    case "content_block_start":
    case "content_block_stop":
    case "message_start":
    case "message_delta":
    case "message_stop":
    case "message":
    case "ping":
      return true;
    default:
      return false;
  }
}

function finalReason(reason: FinishReason, called: boolean): FinishReason {
  if (reason === "length" || reason === "content-filter") return reason;
  if (called) return "tool-calls";
  return reason === "tool-calls" ? "other" : reason;
}

function textEvents(value: unknown): AnswerEvent[] {
  const text = textOf(value);
  return text === undefined ? [] : [{ type: "text-delta", text }];
}

function reasoningEvents(value: unknown): AnswerEvent[] {
  const text = textOf(value);
  return text === undefined ? [] : [{ type: "reasoning-delta", text }];
}
