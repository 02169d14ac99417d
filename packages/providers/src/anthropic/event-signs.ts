import {
  failureBeside,
  finishWordOf,
  flatFailure,
  isFailureReason,
  objectOf,
  stoppedBy,
  textOf,
} from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";

/** Content blocks that are kept to the end: calls, and the thinking that goes back with them. */
export const keptBlocks: ReadonlySet<unknown> = new Set(["tool_use", "thinking", "redacted_thinking"]);

/** The failure that an event reports, if it reports one. */
export function failureIn(event: JsonObject): UpstreamFailure | undefined {
  const delta = objectOf(event["delta"]);
  const beside =
    failureBeside(event) ??
    failureBeside(delta) ??
    failureBeside(objectOf(event["message"])) ??
    failureBeside(objectOf(event["content_block"]));
  if (beside !== undefined) return beside;
  if (!isPart(event["type"])) return flatFailure(event);
  const word = textOf(event["stop_reason"]) ?? textOf(delta?.["stop_reason"]);
  if (word === undefined) return undefined;
  const fails = finishWordOf(word) === "unknown" && isFailureReason(word);
  return fails ? stoppedBy(word) : undefined;
}

/** Whether an event of this type is a part of an answer. A set would hash the word anew for each event. */
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

/**
 * What an event says about the work on the answer. A signature, a piece of a call and encrypted thinking are work, as
 * text is; a `ping` says that more is to come.
 */
export function activityOf(event: JsonObject): "work" | "progress" | undefined {
  switch (event["type"]) {
    case "ping":
      return "progress";
    case "content_block_start":
      return keptBlocks.has(objectOf(event["content_block"])?.["type"]) ? "work" : undefined;
    case "content_block_delta": {
      const delta = objectOf(event["delta"]) ?? {};
      const carried =
        textOf(delta["text"]) ??
        textOf(delta["thinking"]) ??
        textOf(delta["signature"]) ??
        textOf(delta["partial_json"]);
      return carried === undefined ? undefined : "work";
    }
    case "message":
      return "work";
    default:
      return undefined;
  }
}
