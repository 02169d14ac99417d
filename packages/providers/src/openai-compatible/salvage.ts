import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { callsIn } from "../forcing/forced-answer.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { createThinkSplitter } from "./think-splitter.ts";

/** Calls that do not fit their tools, and texts that do not fit the format asked for. */
const refusedAnswers = new Set(["tool_use_failed", "json_validate_failed"]);

/**
 * What can be used of an answer that Groq generated and then refused, because it holds no call, or one that does not fit its schema: the
 * calls in it if any can be read, else its words. Undefined when there is nothing, and for requests without tools.
 *
 * @param firstCallNumber the number of the first tool call id that has to be made up
 * @param spoke whether words were streamed before the refusal: they are not said twice
 */
export function salvagedFrom(
  failure: UpstreamFailure,
  request: ChatRequest,
  firstCallNumber: number,
  spoke: boolean,
): { readonly events: readonly ModelEvent[]; readonly reason: FinishEvent["reason"] } | undefined {
  const { generated, kinds = [] } = failure;
  const { tools = [] } = request;
  if (generated === undefined || tools.length === 0 || !kinds.some((kind) => refusedAnswers.has(kind)))
    return undefined;
  const written = withoutThoughts(generated);
  const calls = callsIn(written, request, firstCallNumber);
  if (calls.length > 0) return { events: calls, reason: "tool-calls" };
  if (spoke) return { events: [], reason: "stop" };
  const text = spokenIn(written);
  return text === "" ? undefined : { events: [{ type: "text-delta", text }], reason: "stop" };
}

function withoutThoughts(generated: string): string {
  const splitter = createThinkSplitter();
  return [...splitter.push(generated), ...splitter.end()]
    .map(({ kind, text }) => (kind === "text" ? text : ""))
    .join("");
}

/** The models that write in channels think in one, call in another and speak in the last. */
function spokenIn(written: string): string {
  if (!written.includes("<|channel|>")) return written.trim();
  const spoken = /<\|channel\|>final[^<]*<\|message\|>([\s\S]*?)(?:<\|(?:end|return)\|>|$)/.exec(written)?.[1];
  return spoken?.trim() ?? "";
}
