import { isObject } from "../fields/field.ts";

/** The input as a list of items, as clients read it back. */
export function sentInput(body: unknown): readonly object[] {
  const input = isObject(body) ? body["input"] : undefined;
  if (Array.isArray(input)) return input.filter(isObject).map(listed);
  return [listed({ role: "user", content: String(input) })];
}

/** A message has its type, and its text in a part. Other items stay as they were sent. */
function listed(item: Readonly<Record<string, unknown>>): object {
  const { role, content } = item;
  if (role === undefined) return item;
  const type = role === "assistant" ? "output_text" : "input_text";
  const part = { type, text: content, ...(role === "assistant" && { annotations: [] }) };
  return { ...item, type: "message", ...(typeof content === "string" && { content: [part] }) };
}
