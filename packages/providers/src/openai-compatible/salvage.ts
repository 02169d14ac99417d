import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { callsIn, wantsCall } from "@massgen/provider-kit/forcing";
import { createThinkSplitter } from "@massgen/provider-kit/parts";
import type { UpstreamFailure } from "@massgen/provider-kit/wire";

/** Calls that do not fit their tools, and texts that do not fit the format asked for. */
const refusedAnswers = new Set(["tool_use_failed", "json_validate_failed"]);

/** Whether a service refused what the model wrote, not the request. */
function isRefusedAnswer({ kinds = [] }: UpstreamFailure): boolean {
  return kinds.some((kind) => refusedAnswers.has(kind));
}

/**
 * What can be used of an answer that Groq generated and then refused, because it holds no call, or one that does not
 * fit its schema: the calls in it if any can be read, else its words. Undefined when there is nothing, and for requests
 * without tools. A request that needs a call gets an empty answer in that case, and is repeated one rung lower, instead
 * of an error.
 *
 * @param firstCallNumber the number of the first tool call id that has to be made up
 * @param spoke whether text was streamed before the refusal; it is not repeated
 */
export function salvagedFrom(
  failure: UpstreamFailure,
  request: ChatRequest,
  firstCallNumber: number,
  spoke: boolean,
): { readonly events: readonly ModelEvent[]; readonly reason: FinishEvent["reason"] } | undefined {
  const { generated = "" } = failure;
  const { tools = [], toolChoice } = request;
  if (tools.length === 0 || !isRefusedAnswer(failure)) return undefined;
  const written = withoutThoughts(generated);
  const calls = callsIn(written, request, firstCallNumber);
  // With tool choice `none` the calls are not allowed, and the text without them is no answer.
  if (calls.length > 0) return toolChoice === "none" ? undefined : { events: calls, reason: "tool-calls" };
  const text = spokenIn(written);
  if (spoke && generated !== "") return { events: [], reason: "stop" };
  if (text !== "") return { events: [{ type: "text-delta", text }], reason: "stop" };
  return wantsCall(request) ? { events: [], reason: "stop" } : undefined;
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
