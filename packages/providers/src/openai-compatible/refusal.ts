import type { Message } from "@massgen/core/model";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import { samplingFields, type ChatBody, type Refusals } from "./request.ts";

const unsupported =
  /unsupported|not support|unrecognized|unknown|unexpected|not permitted|not allowed|extra (?:inputs|fields)|no longer|incompatible|only the default/i;
const outOfRange = /between|range|at most|at least|(?:less|greater|more|fewer) than|too (?:large|small|high|low|many)/i;
/** Fields that change how, not what, the model answers: a call is still worth making without them. */
const optionalFields = [...Object.values(samplingFields), "parallel_tool_calls", "stream_options"];

/**
 * What to leave out after a model refused a request, or undefined when the refusal is about something else. Only for requests
 * that were rejected before anything was generated.
 */
export function learnFrom(failure: UpstreamFailure, sent: ChatBody, known: Refusals): Refusals | undefined {
  const { status, message, param = "", kinds = [] } = failure;
  if (status !== 400 && status !== 404 && status !== 422) return undefined;
  // Groq generates first and then refuses what came out.
  if (kinds.includes("tool_use_failed")) return undefined;
  const says = `${message} ${kinds.join(" ")}`;
  const refuses = unsupported.test(says) || !outOfRange.test(says);

  const other = known.tokenField === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  if (known.tokenField in sent.body && !(other in sent.body) && names(known.tokenField) && unsupported.test(says)) {
    return { ...known, tokenField: other };
  }
  const field = optionalFields.find((name) => name in sent.body && !known.fields.has(name) && names(name));
  if (field !== undefined && refuses) return { ...known, fields: new Set([...known.fields, field]) };
  return undefined;

  function names(name: string): boolean {
    const words = name === "stream_options" ? "(?:stream_options|include_usage)" : name;
    return param === name || new RegExp(`(?<![\\w])${words}(?![\\w])`, "i").test(`${message} ${param}`);
  }
}

/**
 * Whether a request was refused for the thinking before tool calls in its conversation: missing, since somebody else made the calls,
 * or not wanted. Without thinking on both sides it is a conversation like any other.
 */
export function isAboutEarlierThinking({ status, message, param = "" }: UpstreamFailure): boolean {
  return (status === 400 || status === 422) && /reasoning_(?:content|details)/.test(`${message} ${param}`);
}

const noImages =
  /(?:not support|no endpoints found that support|not allow) (?:images?|vision|multimodal)|images? (?:inputs? |urls? )?(?:is|are) not supported|not (?:a )?(?:multimodal|vision)|unknown variant .?image_url|image_url is only supported|content.{0,3} must be a string/i;

/** Whether a request was refused because the model sees no images: not because of one that is too large, broken or out of reach. */
export function isAboutImages({ status, message }: UpstreamFailure, messages: readonly Message[]): boolean {
  if (status !== 400 && status !== 404 && status !== 415 && status !== 422) return false;
  const sent = messages.some(
    ({ content }) => typeof content !== "string" && content.some(({ type }) => type === "image"),
  );
  return sent && noImages.test(message);
}
