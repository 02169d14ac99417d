import { createHash } from "node:crypto";
import { listOf, objectOf, writeJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** A digest that is the same for the same body. */
export function digestOf(body: JsonObject): string {
  return createHash("sha256")
    .update(writeJson(body) ?? "")
    .digest("base64url");
}

/** Fields that hold a conversation, in all wires. */
const conversations = ["messages", "input", "contents", "system", "systemInstruction"];

/**
 * A digest that is the same for bodies of one kind, whatever their texts and numbers are. A repeated call differs from
 * the first in the marks of its prompt.
 */
export function kindOf(body: JsonObject): string {
  const talks = conversations.map((name) => [name, listOf(body[name]).map((turn) => objectOf(turn)?.["role"])]);
  const rest = Object.entries(body).map(([name, value]) => [name, typeof value === "number" ? 0 : value]);
  return digestOf({ ...Object.fromEntries(rest), ...Object.fromEntries(talks) });
}
