import { createHash } from "node:crypto";
import { writeJson, type JsonObject } from "../wire/json-value.ts";

/** A short text that is the same for the same body. */
export function digestOf(body: JsonObject): string {
  return createHash("sha256")
    .update(writeJson(body) ?? "")
    .digest("base64url");
}
