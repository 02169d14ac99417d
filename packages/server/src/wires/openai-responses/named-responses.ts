import { isObject } from "../fields/field.ts";
import { ownerOf } from "./ids.ts";

/** The most earlier responses that one request can refer to. */
const mostNamed = 200;

/**
 * The ids of the responses that a body refers to: by `previous_response_id`, and by items of theirs. The body has not
 * been checked yet.
 */
export function namedResponses(body: unknown): readonly string[] {
  if (!isObject(body)) return [];
  const { previous_response_id: previous, input } = body;
  const ids = new Set<string>();
  if (typeof previous === "string") ids.add(previous);
  for (const item of Array.isArray(input) ? input : []) {
    if (ids.size === mostNamed) break;
    if (!isObject(item) || typeof item["id"] !== "string") continue;
    const owner = ownerOf(item["id"]);
    if (owner !== undefined && owner.kind !== "rs") ids.add(owner.responseId);
  }
  return [...ids];
}
