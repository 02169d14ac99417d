import type { ToolCall } from "@massgen/core/model";
import { objectOf, objectsIn, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** The reasoning that led to a tool call, as it travels in {@link ToolCall.opaque} of the first call after it. */
export interface ReasoningRecord extends ReasoningOwner {
  /** `reasoning` items, encrypted, as they came. */
  readonly items: readonly JsonObject[];
}

/** The service and model that can read encrypted reasoning; it means nothing to others. */
export interface ReasoningOwner {
  /** The vendor's type. */
  readonly provider: string;
  readonly model: string;
}

/** The reasoning items before a call, if this very model made it; else none. */
export function reasoningBefore({ opaque }: ToolCall, owner: ReasoningOwner | undefined): readonly JsonObject[] {
  const record = objectOf(opaque);
  const ours = owner !== undefined && record?.["provider"] === owner.provider && record["model"] === owner.model;
  return ours ? objectsIn(record["items"]) : [];
}

/**
 * A finished reasoning item as it has to go back; undefined for one that is not encrypted, which a service that stores
 * nothing does not find again. Its `status` is refused in a request, and so is null in any field.
 */
export function sealedReasoning(item: JsonObject): JsonObject | undefined {
  if (textOf(item["encrypted_content"]) === undefined) return undefined;
  const kept = Object.entries(item).filter(([name, value]) => name !== "status" && value !== null);
  return { summary: [], ...Object.fromEntries(kept) };
}
