import { cacheKeyOf } from "../fields/cache-key.ts";
import { samplingOf } from "../fields/sampling.ts";
import type { AskedRun } from "../wire.ts";
import { toMessages } from "./conversation.ts";
import type { InputItem } from "./input-items.ts";
import { requestFields } from "./request-fields.ts";
import type { ResponsesRequest } from "./request-schema.ts";
import { toRunTools } from "./tool-choice.ts";

/**
 * The team's task: the whole request except what belongs to the connection.
 * @param items the whole conversation
 */
export function toRun(request: ResponsesRequest, items: readonly InputItem[]): AskedRun {
  const { instructions, reasoning } = request;
  const format = request.text?.format;
  const effort = reasoning?.effort;
  const sampling = {
    ...samplingOf(requestFields, request),
    ...(typeof effort === "string" && { reasoningEffort: effort }),
  };
  const messages = toMessages(items);
  return {
    messages: instructions ? [{ role: "system", content: instructions }, ...messages] : messages,
    ...toRunTools(request),
    ...(format && format.type !== "text" && { responseFormat: format }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
    ...cacheKeyOf(request),
  };
}
