import { listOf, objectOf, objectsIn, textOf, writeJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** Fields for thoughts beside the content: of most services; of Ollama, GitHub and gateways. */
const thoughtFields = ["reasoning_content", "reasoning", "thinking", "reasoning_text", "thinking_content"];

/** Whether there are words or calls in a delta. */
export function speaks(delta: JsonObject): boolean {
  return contentOf(delta["content"]).text !== "" || entriesOf(delta).length > 0;
}

/** The pieces of tool calls. The older field can hold a single call; some servers write both. */
export function entriesOf(delta: JsonObject): readonly unknown[] {
  const sole = objectOf(delta["tool_calls"]);
  const entries = sole === undefined ? listOf(delta["tool_calls"]) : [sole];
  const only = entries.length === 0 ? objectOf(delta["function_call"]) : undefined;
  return only === undefined ? entries : [{ function: only }];
}

/** Whether there is thinking, be it encrypted. */
export function isThought(delta: JsonObject, thinking: string): boolean {
  return reasoningOf(delta, thinking) !== "" || listOf(delta["reasoning_details"]).length > 0;
}

export function reasoningOf(delta: JsonObject, thinking: string): string {
  for (const field of thoughtFields) {
    const text = textOf(delta[field]);
    if (text !== undefined) return text;
  }
  if (thinking !== "") return thinking;
  return detailsIn(delta["reasoning_details"]) || detailsIn(delta["thinking_blocks"]);
}

/** The words in OpenRouter's list of details, which it usually repeats in `reasoning`, and in LiteLLM's of blocks. */
function detailsIn(details: unknown): string {
  return objectsIn(details)
    .map((detail) => textOf(detail["text"]) ?? textOf(detail["summary"]) ?? textOf(detail["thinking"]) ?? "")
    .join("");
}

/** The words and the thoughts in a content: a text, a list of parts, or what a service parsed already. */
export function contentOf(content: unknown): { text: string; thinking: string } {
  if (typeof content === "string") return { text: content, thinking: "" };
  const sole = objectOf(content);
  if (sole !== undefined && textOf(sole["type"]) === undefined && textOf(sole["text"]) === undefined) {
    return { text: Object.keys(sole).length === 0 ? "" : (writeJson(sole) ?? ""), thinking: "" };
  }
  let text = "";
  let thinking = "";
  for (const part of sole === undefined ? listOf(content) : [sole]) {
    const object = objectOf(part);
    if (object === undefined) text += textOf(part) ?? "";
    else if (object["type"] === "thinking" || object["type"] === "reasoning") thinking += thoughtIn(object);
    else text += textOf(object["text"]) ?? "";
  }
  return { text, thinking };
}

function thoughtIn(part: JsonObject): string {
  const thought = part["thinking"] ?? part["reasoning"] ?? part["text"];
  return (
    textOf(thought) ??
    objectsIn(thought)
      .map((inner) => textOf(inner["text"]) ?? "")
      .join("")
  );
}
