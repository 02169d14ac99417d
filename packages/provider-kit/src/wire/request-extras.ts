import type { ChatRequest } from "@massgen/core/model";
import { objectOf, type JsonObject } from "./json-value.ts";

/**
 * What a request has for the services of one backend type; empty where it has nothing. What it has for others is not
 * sent.
 */
export function extrasFor(type: string, { extras = {} }: ChatRequest): JsonObject {
  return (Object.hasOwn(extras, type) ? objectOf(extras[type]) : undefined) ?? {};
}
