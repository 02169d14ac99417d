import type { ToolCall } from "@massgen/core/model";
import { createHold, objectOf, objectsIn, textOf, writeJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import type { ReasoningField } from "./vendor.ts";

/** The thinking before a turn's tool calls, as it travels in {@link ToolCall.opaque} of the first of them. */
interface ReasoningRecord {
  /** The vendor's type. */
  readonly provider: string;
  /** Thinking is valid for this model only. */
  readonly model: string;
  readonly field: ReasoningField;
  /** What stood in the field, put together from its pieces. */
  readonly value: unknown;
}

/** The model whose thinking goes back, and the field for it. */
export interface ReasoningOwner {
  readonly provider: string;
  readonly model: string;
  readonly field: ReasoningField;
}

/** Puts the thinking of one answer together. */
export interface ReasoningCollector {
  readonly add: (delta: JsonObject) => void;
  /** Undefined when there was none. */
  readonly record: () => ReasoningRecord | undefined;
}

/**
 * Makes a collector. Its time grows with the length of the deltas; it holds the characters that a {@link createHold}
 * allows.
 */
export function createReasoningCollector(owner: ReasoningOwner): ReasoningCollector {
  let text = "";
  const details: Record<string, unknown>[] = [];
  const hold = createHold();
  return {
    add(delta) {
      switch (owner.field) {
        case "reasoning_content": {
          const piece = textOf(delta["reasoning_content"]) ?? "";
          hold(piece);
          text += piece;
          return;
        }
        case "reasoning_details":
          for (const piece of objectsIn(delta["reasoning_details"])) {
            hold(writeJson(piece) ?? "");
            addDetail(details, piece);
          }
      }
    },
    record() {
      const value = owner.field === "reasoning_content" ? text : details;
      return value.length === 0 ? undefined : { ...owner, value };
    },
  };
}

/** A block's text comes in pieces with the block's kind and index; its signature comes with the last piece. */
function addDetail(details: Record<string, unknown>[], piece: JsonObject): void {
  const last = details.at(-1);
  const continues =
    last !== undefined &&
    last["type"] === piece["type"] &&
    last["index"] === piece["index"] &&
    (piece["type"] === "reasoning.text" || piece["type"] === "reasoning.summary");
  if (!continues) {
    details.push({ ...piece });
    return;
  }
  for (const [name, value] of Object.entries(piece)) {
    const before = Object.hasOwn(last, name) ? last[name] : undefined;
    const grows = (name === "text" || name === "summary") && typeof before === "string" && typeof value === "string";
    if (grows) setField(last, name, before + value);
    else if (value !== null && value !== "") setField(last, name, value);
  }
}

/** Sets a field under a foreign name, `__proto__` among them. */
function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** The fields of an assistant's turn that carry its thinking, if this very model made its calls; else none. */
export function reasoningBefore(calls: readonly ToolCall[], owner: ReasoningOwner | undefined): JsonObject {
  for (const { opaque } of calls) {
    const record = objectOf(opaque);
    if (
      owner !== undefined &&
      record?.["provider"] === owner.provider &&
      record["model"] === owner.model &&
      record["field"] === owner.field
    ) {
      return { [owner.field]: record["value"] };
    }
  }
  return {};
}
