import type { ToolCallEvent } from "@massgen/core/model";
import type { HalfCall } from "@massgen/provider-kit/forcing";
import {
  createCallIds,
  createHold,
  mostCalls,
  numberOf,
  OversizedAnswer,
  parseJson,
  textOf,
  writeJson,
} from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { sealedReasoning, type ReasoningOwner, type ReasoningRecord } from "./reasoning-record.ts";

/** An item of the output while it grows. */
export interface OutputItem {
  /** What is kept of the item: of reasoning that is done all of it, else what tells items apart. */
  whole: JsonObject;
  done: boolean;
  /** Words of it came, so that its end only repeats them. */
  spoke: boolean;
  /** The pieces of a call's arguments. */
  json: string;
}

/** The items of one response. */
export interface OutputItems {
  /** An item begins. A service that numbers all of them alike begins a new one behind one that is done. */
  readonly begin: (index: unknown, whole: JsonObject) => OutputItem;
  /** The item that an event belongs to, by its place in the output: ids may change from event to event. */
  readonly at: (index: unknown) => OutputItem;
  /** A piece of a call's arguments. */
  readonly grow: (item: OutputItem, piece: string) => void;
  /** The item is done; undefined when this was said before. */
  readonly end: (index: unknown, whole: JsonObject) => OutputItem | undefined;
  /** The whole of a call, whose own end may be missing. */
  readonly complete: (whole: JsonObject) => void;
  /** Whether an item of a type is there. */
  readonly has: (type: string) => boolean;
  /**
   * The calls, in their order; the first after some reasoning carries it.
   * @param cut whether the answer says itself that it is not all there: then calls that are no JSON are none
   */
  readonly calls: (cut: boolean) => readonly ToolCallEvent[];
  /** The calls that `calls` leaves out because they were cut off. */
  readonly halfCalls: () => readonly HalfCall[];
}

/**
 * Makes the collection. It holds the characters that a {@link createHold} allows, in {@link mostCalls} items.
 *
 * @param owner who is asked, noted beside reasoning
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createOutputItems(owner: ReasoningOwner, firstCallNumber: number): OutputItems {
  const items: OutputItem[] = [];
  const places = new Map<number, OutputItem>();
  const hold = createHold();
  let last = 0;

  function placeOf(index: unknown): number {
    last = numberOf(index) ?? last;
    return last;
  }

  function begin(index: unknown, whole: JsonObject): OutputItem {
    const place = placeOf(index);
    const before = places.get(place);
    // Said twice, or late: pieces of it came before.
    if (before !== undefined && !before.done) {
      before.whole = { ...before.whole, ...headOf(whole) };
      return before;
    }
    if (items.length === mostCalls) throw new OversizedAnswer(`${mostCalls} items`);
    const item: OutputItem = { whole: headOf(whole), done: false, spoke: false, json: "" };
    items.push(item);
    places.set(place, item);
    return item;
  }

  function at(index: unknown): OutputItem {
    return places.get(placeOf(index)) ?? begin(index, {});
  }

  function end(index: unknown, whole: JsonObject): OutputItem | undefined {
    const there = places.get(placeOf(index));
    const isOther = there?.done === true && idOf(there.whole) !== idOf(whole);
    if (there?.done === true && !isOther) return undefined;
    return finish(there === undefined || isOther ? begin(index, whole) : there, whole);
  }

  function finish(item: OutputItem, whole: JsonObject): OutputItem {
    item.done = true;
    item.whole = { ...item.whole, ...headOf(whole) };
    if (whole["type"] === "reasoning") {
      hold(writeJson(whole) ?? "");
      item.whole = whole;
    }
    // What a call ends with counts; the pieces are only what came before.
    const written = argumentsOf(whole);
    if (written.length > item.json.length) hold(written.slice(item.json.length));
    if (written !== "") item.json = written;
    return item;
  }

  return {
    begin,
    at,
    grow(item, piece) {
      hold(piece);
      item.json += piece;
    },
    end,
    complete(whole) {
      const id = textOf(whole["call_id"]);
      const half = items.find((item) => !item.done && id !== undefined && textOf(item.whole["call_id"]) === id);
      if (half !== undefined) finish(half, whole);
    },
    has: (type) => items.some(({ whole }) => whole["type"] === type),
    calls(cut) {
      const idFor = createCallIds(firstCallNumber);
      let reasoning: JsonObject[] = [];
      const calls: ToolCallEvent[] = [];
      for (const { whole, json, done } of items) {
        const sealed = whole["type"] === "reasoning" && done ? sealedReasoning(whole) : undefined;
        if (sealed !== undefined) reasoning.push(sealed);
        const name = nameOf(whole);
        if (name === undefined || (isCut(whole, cut) && json.trim() !== "" && parseJson(json) === undefined)) continue;
        const opaque: ReasoningRecord = { ...owner, items: reasoning };
        calls.push({
          type: "tool-call",
          id: idFor(textOf(whole["call_id"]) ?? ""),
          name,
          arguments: json.trim() === "" ? "{}" : json,
          ...(reasoning.length > 0 && { opaque }),
        });
        reasoning = [];
      }
      return calls;
    },
    halfCalls: () =>
      items.flatMap(({ whole, json }) => {
        const name = nameOf(whole);
        return name === undefined || json === "" || parseJson(json) !== undefined ? [] : [{ name, arguments: json }];
      }),
  };

  /** Of words nothing is kept. */
  function headOf(whole: JsonObject): JsonObject {
    const head = Object.fromEntries(headFields.flatMap((name) => (name in whole ? [[name, whole[name]]] : [])));
    hold(writeJson(head) ?? "");
    return head;
  }
}

const headFields = ["type", "id", "call_id", "name", "status"] as const;

function nameOf(whole: JsonObject): string | undefined {
  return whole["type"] === "function_call" ? textOf(whole["name"]) : undefined;
}

/** What tells two items of one place apart: a call's id does not change, unlike an item's. */
function idOf(whole: JsonObject): string | undefined {
  return textOf(whole["call_id"]) ?? textOf(whole["id"]);
}

function isCut(whole: JsonObject, cut: boolean): boolean {
  return cut || whole["status"] === "incomplete";
}

/** Arguments are a text; gateways write an object. */
function argumentsOf({ type, arguments: written }: JsonObject): string {
  if (type !== "function_call") return "";
  if (typeof written === "string") return written;
  return written === undefined || written === null ? "" : (writeJson(written) ?? "");
}
