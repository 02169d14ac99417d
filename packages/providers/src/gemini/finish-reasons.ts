import type { BlockReason, FinishReason as SdkFinishReason } from "@google/generative-ai";
import type { FinishReason } from "@massgen/core/model";
import { textOf } from "@massgen/provider-kit/parts";

/** Reasons of newer models, which the SDK's enum does not have. */
type NewerFinishReason =
  | "FUNCTION_CALL"
  | "IMAGE_OTHER"
  | "IMAGE_PROHIBITED_CONTENT"
  | "IMAGE_RECITATION"
  | "IMAGE_SAFETY"
  | "MALFORMED_RESPONSE"
  | "MISSING_THOUGHT_SIGNATURE"
  | "NO_IMAGE"
  | "TOO_MANY_TOOL_CALLS"
  | "UNEXPECTED_TOOL_CALL";

/** Enum values that stand for a field that was not set. */
const unsaid = new Set<string>([
  "FINISH_REASON_UNSPECIFIED" satisfies `${SdkFinishReason}`,
  "BLOCKED_REASON_UNSPECIFIED" satisfies `${BlockReason}`,
  "BLOCK_REASON_UNSPECIFIED",
]);

/** A word that is not here may be another wire's: gateways pass on their service's word. */
export const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    STOP: "stop",
    FUNCTION_CALL: "stop",
    MAX_TOKENS: "length",
    SAFETY: "content-filter",
    RECITATION: "content-filter",
    LANGUAGE: "content-filter",
    BLOCKLIST: "content-filter",
    PROHIBITED_CONTENT: "content-filter",
    SPII: "content-filter",
    IMAGE_SAFETY: "content-filter",
    IMAGE_PROHIBITED_CONTENT: "content-filter",
    IMAGE_RECITATION: "content-filter",
    IMAGE_OTHER: "other",
    NO_IMAGE: "other",
    MALFORMED_FUNCTION_CALL: "other",
    MALFORMED_RESPONSE: "other",
    MISSING_THOUGHT_SIGNATURE: "other",
    TOO_MANY_TOOL_CALLS: "other",
    UNEXPECTED_TOOL_CALL: "other",
    OTHER: "other",
  } satisfies Readonly<
    Record<Exclude<`${SdkFinishReason}`, "FINISH_REASON_UNSPECIFIED"> | NewerFinishReason, FinishReason>
  >),
);

/** The first values of the enum, by the numbers that some gateways send instead. */
const numbered = ["", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER"];

/** Reads a finish reason or a block reason; undefined where there is none. */
export function reasonIn(value: unknown): string | undefined {
  const reason = textOf(typeof value === "number" ? numbered[value] : value);
  return reason === undefined || unsaid.has(reason) ? undefined : reason;
}
