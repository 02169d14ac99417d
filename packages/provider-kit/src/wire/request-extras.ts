import type { ChatRequest } from "@massgen/core/model";
import { objectOf, type JsonObject } from "./json-value.ts";

/**
 * The extras of a request for the services of one backend type; empty where there are none. Extras for other types are
 * not sent.
 */
export function extrasFor(type: string, { extras = {} }: ChatRequest): JsonObject {
  return (Object.hasOwn(extras, type) ? objectOf(extras[type]) : undefined) ?? {};
}
