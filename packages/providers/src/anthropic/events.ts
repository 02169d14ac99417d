import type { ModelEvent, ToolCallEvent, Usage } from "@massgen/core/model";
import type { HalfCall } from "@massgen/provider-kit/forcing";
import {
  createCallIds,
  createHold,
  createRawNotes,
  createThinkSplitter,
  finishReasonOf,
  type FinishWord,
  finishWordOf,
  mostCalls,
  numberOf,
  objectOf,
  objectsIn,
  OversizedAnswer,
  parseJson,
  type RawNotes,
  textOf,
  type ThinkPiece,
  writeJson,
} from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";
import { activityOf, failureIn, keptBlocks } from "./event-signs.ts";
import { thinkingBlock, type ThinkingRecord } from "./thinking.ts";
import { createUsageMeter } from "./usage.ts";

/** Reads the events of one streamed message, or a whole message as if it were one event. */
export interface MessageEvents {
  /** What an event adds. One that reports an error gives that instead. */
  readonly push: (event: JsonObject) => MessageStep;
  /** Whether the terminal marker, `message_stop`, was seen. */
  readonly finished: () => boolean;
  /** Whether a stop reason was seen. */
  readonly reasoned: () => boolean;
  readonly usage: () => Usage | undefined;
  readonly raw: RawNotes["read"];
  /** What comes last: text held back, tool calls, the finish. Only once there is a reason, or the marker. */
  readonly end: () => readonly ModelEvent[];
  /** The calls that `end` leaves out because they were cut off. */
  readonly halfCalls: () => readonly HalfCall[];
}

/** What an event adds. */
interface MessageStep {
  readonly events: readonly ModelEvent[];
  /** The event carries a part of the answer, be it one that is kept to the end, or says that more is to come. */
  readonly activity?: "work" | "progress";
  readonly failure?: UpstreamFailure;
}

/** A content block while it grows. */
interface OpenBlock {
  readonly start: JsonObject;
  /** The pieces of a tool's input. */
  json: string;
  thinking: string;
  signature: string;
}

/**
 * Makes a reader. Its time grows with the length of the events; it holds the characters that a {@link createHold}
 * allows, in {@link mostCalls} blocks.
 *
 * @param model the model's name, noted beside thinking
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createMessageEvents(model: string, firstCallNumber: number): MessageEvents {
  const blocks: OpenBlock[] = [];
  /** The block that grows under an index: gateways use one index again and again. */
  const growing = new Map<number, OpenBlock>();
  const meter = createUsageMeter();
  const raw = createRawNotes();
  const hold = createHold();
  const thoughts = createThinkSplitter();
  let reason: FinishWord | undefined;
  let finished = false;
  let said = false;

  function startBlock(index: number, start: JsonObject): ModelEvent[] {
    const thinking = textOf(start["thinking"]) ?? "";
    growing.delete(index);
    if (keptBlocks.has(start["type"])) {
      if (blocks.length === mostCalls) throw new OversizedAnswer(`${mostCalls} tool calls and pieces of thinking`);
      hold(writeJson(start) ?? "");
      const block = { start, json: "", thinking, signature: textOf(start["signature"]) ?? "" };
      blocks.push(block);
      growing.set(index, block);
    }
    return start["type"] === "text" ? spoken(start["text"]) : reasoningEvents(thinking);
  }

  function growBlock(index: number, delta: JsonObject): ModelEvent[] {
    const block = growing.get(index);
    switch (delta["type"]) {
      case "text_delta":
        return spoken(delta["text"]);
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

  /** Models behind gateways write their thoughts into the text. */
  function spoken(value: unknown): ModelEvent[] {
    const text = textOf(value) ?? "";
    if (text !== "" && thoughts.passes()) {
      said = true;
      return [{ type: "text-delta", text }];
    }
    const events = thoughts.push(text).map(thinkEvent);
    said ||= events.some(({ type }) => type === "text-delta");
    return events;
  }

  function noteEnd(delta: JsonObject | undefined): void {
    reason = finishWordOf(delta?.["stop_reason"]) ?? reason;
    raw.end(delta?.["stop_reason"]);
  }

  function identify(message: JsonObject | undefined): void {
    raw.identify(message?.["id"], message?.["model"]);
  }

  function read(event: JsonObject): ModelEvent[] {
    const index = numberOf(event["index"]) ?? 0;
    switch (event["type"]) {
      case "message_start":
        // A gateway that starts over says so by a second one.
        blocks.length = 0;
        growing.clear();
        meter.note(objectOf(event["message"])?.["usage"]);
        identify(objectOf(event["message"]));
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
        identify(event);
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
        arguments: json.trim() === "" ? inputOf(start) : json,
        ...(position === 0 && thoughts.length > 0 && { opaque }),
      }));
  }

  return {
    push(event) {
      const failure = failureIn(event);
      if (failure !== undefined) return { events: [], failure };
      const activity = activityOf(event);
      const events = read(event);
      return activity === undefined ? { events } : { events, activity };
    },
    finished: () => finished,
    reasoned: () => reason !== undefined,
    usage: meter.read,
    raw: raw.read,
    halfCalls: () =>
      blocks
        .filter(({ start, json }) => start["type"] === "tool_use" && json !== "" && parseJson(json) === undefined)
        .map(({ start, json }) => ({ name: textOf(start["name"]) ?? "", arguments: json })),
    end() {
      const rest = thoughts.end().map(thinkEvent);
      const toolCalls = calls();
      const usage = meter.read();
      const holds = {
        called: toolCalls.length > 0,
        // Calls that came to nothing leave no whole text behind.
        said: blocks.every(({ start }) => start["type"] !== "tool_use") && (said || rest.length > 0),
        marked: finished,
      };
      const finish = finishReasonOf(reason, holds);
      return [...rest, ...toolCalls, { type: "finish", reason: finish, ...(usage !== undefined && { usage }) }];
    },
  };
}

/** A call's input that came with its start; gateways write it as a text. */
function inputOf({ input }: JsonObject): string {
  return textOf(input) ?? writeJson(objectOf(input) ?? {}) ?? "{}";
}

function thinkEvent({ kind, text }: ThinkPiece): ModelEvent {
  return { type: kind === "text" ? "text-delta" : "reasoning-delta", text };
}

function reasoningEvents(value: unknown): ModelEvent[] {
  const text = textOf(value);
  return text === undefined ? [] : [{ type: "reasoning-delta", text }];
}
