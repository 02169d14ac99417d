import { listOf, objectOf, objectsIn, textOf, writeJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** Whether there are words or calls in a delta. */
export function speaks(delta: JsonObject): boolean {
  return contentOf(delta["content"]).text !== "" || entriesOf(delta).length > 0;
}

/** The pieces of tool calls. The older field can hold a single call; some servers write both. An empty object is none. */
export function entriesOf(delta: JsonObject): readonly unknown[] {
  const calls = delta["tool_calls"];
  const sole = objectOf(calls);
  const entries = sole === undefined ? listOf(calls) : Object.keys(sole).length === 0 ? [] : [sole];
  const only = entries.length === 0 ? objectOf(delta["function_call"]) : undefined;
  return only === undefined ? entries : [{ function: only }];
}

/** Whether there is thinking that is encrypted. */
export function isSealedThought(delta: JsonObject): boolean {
  const details = delta["reasoning_details"];
  return details !== undefined && listOf(details).length > 0;
}

/** The thoughts beside the content: of most services; Ollama, GitHub, and gateways in front of others. */
export function reasoningOf(delta: JsonObject, thinking: string): string {
  // By name, not from a list of names: this is read for each event.
  return (
    textOf(delta["reasoning_content"]) ??
    textOf(delta["reasoning"]) ??
    textOf(delta["thinking"]) ??
    textOf(delta["reasoning_text"]) ??
    textOf(delta["thinking_content"]) ??
    (thinking || detailsIn(delta["reasoning_details"]) || detailsIn(delta["thinking_blocks"]))
  );
}

/** The words in OpenRouter's list of details, which it usually repeats in `reasoning`, and in LiteLLM's of blocks. */
function detailsIn(details: unknown): string {
  if (details === undefined) return "";
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
