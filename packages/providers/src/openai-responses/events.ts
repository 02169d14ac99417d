import type { ModelEvent, Usage } from "@massgen/core/model";
import type { HalfCall } from "@massgen/provider-kit/forcing";
import {
  createRawNotes,
  createThinkSplitter,
  finishReasonOf,
  type FinishWord,
  finishWordOf,
  objectOf,
  objectsIn,
  omitsOpeningTag,
  type RawNotes,
  textOf,
  type ThinkPiece,
} from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";
import { createOutputItems, type OutputItem } from "./output-items.ts";
import type { ReasoningOwner } from "./reasoning-record.ts";
import { partBreak, reasoningIn, wordsIn } from "./item-words.ts";
import { endIn, failureIn, isDocument } from "./response-end.ts";
import { usageOf } from "./usage.ts";

/** Reads the events of one streamed response, or a whole response as if it were one event. */
export interface ResponseEvents {
  /** What an event adds. One that reports an error gives that instead. */
  readonly push: (event: JsonObject) => ResponseStep;
  /** Whether the terminal marker was seen: `response.completed`, `response.incomplete`. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  readonly raw: RawNotes["read"];
  /** What comes last: text held back, tool calls, the finish. Only once it has finished. */
  readonly end: () => readonly ModelEvent[];
  /** The calls that `end` leaves out because they were cut off. */
  readonly halfCalls: () => readonly HalfCall[];
}

/** What an event adds. */
interface ResponseStep {
  readonly events: readonly ModelEvent[];
  /** The event carries a part of the answer that is kept to the end, or says that more is to come. */
  readonly activity?: "work" | "progress";
  readonly failure?: UpstreamFailure;
}

/**
 * Makes a reader. Its time grows with the length of the events.
 *
 * @param owner who is asked
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createResponseEvents(owner: ReasoningOwner, firstCallNumber: number): ResponseEvents {
  const items = createOutputItems(owner, firstCallNumber);
  const raw = createRawNotes();
  const thoughts = createThinkSplitter(omitsOpeningTag(owner.model));
  let usage: Usage | undefined;
  let word: FinishWord | undefined;
  let finished = false;
  let refused = false;
  let said = false;
  /** The item, and the part of its reasoning, that spoke last. */
  let speaker: OutputItem | undefined;
  let thinker: { readonly item: OutputItem; readonly part: unknown } | undefined;

  /** Words of an item. Two messages of one answer are two paragraphs. */
  function speak(item: OutputItem, value: unknown): ModelEvent[] {
    const text = textOf(value);
    if (text === undefined) return [];
    const events: ModelEvent[] = [];
    if (speaker !== undefined && speaker !== item && said) events.push({ type: "text-delta", text: partBreak });
    speaker = item;
    item.spoke = true;
    if (thoughts.passes()) events.push({ type: "text-delta", text });
    else events.push(...thoughts.push(text).map(eventOf));
    said ||= events.some(isText);
    return events;
  }

  /** Reasoning of an item. Parts of a summary begin with a heading each, and no blank line before it. */
  function think(item: OutputItem, part: unknown, value: unknown): ModelEvent[] {
    const text = textOf(value);
    if (text === undefined) return [];
    const goesOn = thinker === undefined || (thinker.item === item && thinker.part === part);
    thinker = { item, part };
    item.spoke = true;
    const events: ModelEvent[] = [{ type: "reasoning-delta", text }];
    return goesOn ? events : [{ type: "reasoning-delta", text: partBreak }, ...events];
  }

  function refuse(item: OutputItem, value: unknown): ModelEvent[] {
    refused = true;
    return speak(item, value);
  }

  /** What the whole of an item adds to what came of it in pieces. */
  function endItem(index: unknown, whole: JsonObject): ModelEvent[] {
    const item = items.end(index, whole);
    if (item === undefined || item.spoke) return [];
    if (whole["type"] === "reasoning") return reasoningIn(whole).flatMap((text, part) => think(item, part, text));
    return wordsIn(whole).flatMap(({ text, refusal }) => (refusal ? refuse(item, text) : speak(item, text)));
  }

  function note(response: JsonObject): void {
    raw.identify(response["id"], response["model"]);
    usage = usageOf(response) ?? usage;
  }

  /**
   * The end says everything once more. It is read where nothing was streamed, and for calls whose own end is missing.
   */
  function endAll(response: JsonObject): ModelEvent[] {
    note(response);
    const { reason, isIncomplete } = endIn(response);
    word = finishWordOf(reason) ?? (isIncomplete ? "length" : undefined);
    if (word === "unknown" && isIncomplete) word = "other";
    raw.end(reason);
    finished = true;
    const words = speaker === undefined;
    const calls = !items.has("function_call");
    const reasoning = words && calls && thinker === undefined;
    return objectsIn(response["output"]).flatMap((item, index) => {
      switch (item["type"]) {
        case "message":
          return words ? endItem(index, item) : [];
        case "reasoning":
          return reasoning ? endItem(index, item) : [];
        case "function_call":
          if (calls) return endItem(index, item);
          items.complete(item);
          return [];
        default:
          return [];
      }
    });
  }

  function read(event: JsonObject): ModelEvent[] {
    const index = event["output_index"];
    switch (event["type"]) {
      case "response.output_text.delta":
        return speak(items.at(index), event["delta"]);
      case "response.output_text.done":
        return items.at(index).spoke ? [] : speak(items.at(index), event["text"]);
      case "response.refusal.delta":
        return refuse(items.at(index), event["delta"]);
      case "response.reasoning_summary_text.delta":
        return think(items.at(index), event["summary_index"], event["delta"]);
      case "response.reasoning_text.delta":
        return think(items.at(index), event["content_index"], event["delta"]);
      case "response.function_call_arguments.delta":
        items.grow(items.at(index), textOf(event["delta"]) ?? "");
        return [];
      case "response.output_item.added":
        items.begin(index, objectOf(event["item"]) ?? {});
        return [];
      case "response.output_item.done":
        return endItem(index, objectOf(event["item"]) ?? {});
      case "response.created":
      case "response.in_progress":
        note(objectOf(event["response"]) ?? {});
        return [];
      case "response.completed":
      case "response.incomplete":
      // OpenRouter's.
      case "response.done":
        return endAll(objectOf(event["response"]) ?? {});
      default:
        return isDocument(event) ? endAll(event) : [];
    }
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
    usage: () => usage,
    raw: raw.read,
    halfCalls: items.halfCalls,
    end() {
      const rest = thoughts.end().map(eventOf);
      const calls = items.calls(word === "length" || word === "content-filter");
      const called = calls.length > 0;
      // Calls that came to nothing leave no whole text behind.
      const spoken = !items.has("function_call") && (said || rest.some(isText));
      const reason = finishReasonOf(word, { called, said: spoken, marked: finished });
      const isRefusal = refused && !called && reason !== "length";
      return [
        ...rest,
        ...calls,
        { type: "finish", reason: isRefusal ? "content-filter" : reason, ...(usage !== undefined && { usage }) },
      ];
    },
  };
}

/** The items whose pieces make no event of ours are work as text is. */
function activityOf(event: JsonObject): ResponseStep["activity"] {
  const type = textOf(event["type"]);
  switch (type) {
    // Words may be held back, as they are where a call has to be made.
    case "response.output_text.delta":
    case "response.refusal.delta":
      return textOf(event["delta"]) === undefined ? undefined : "work";
    case "response.function_call_arguments.delta":
      return "work";
    case "response.output_item.added":
    case "response.output_item.done": {
      const kind = objectOf(event["item"])?.["type"];
      return kind === "function_call" || kind === "reasoning" ? "work" : undefined;
    }
    // Undocumented, but known to OpenAI's own SDKs as the sign of life of long runs.
    case "keepalive":
      return "progress";
    case undefined:
      return isDocument(event) ? "work" : undefined;
    default:
      // The service's own tools at work: `response.web_search_call.searching`.
      return type.startsWith("response.") && type.includes("_call.") ? "progress" : undefined;
  }
}

function isText({ type }: ModelEvent): boolean {
  return type === "text-delta";
}

function eventOf({ kind, text }: ThinkPiece): ModelEvent {
  return { type: kind === "text" ? "text-delta" : "reasoning-delta", text };
}
