import type { ChatRequest } from "@massgen/core/model";

/**
 * A way to get a tool call out of a model that has to make one:
 *
 * - `forced`: the wire's own tool choice.
 * - `without-thinking`: the same, with the model's thinking switched off.
 * - `instructed`: the tools are offered, a message says that one must be called.
 * - `schema`: no tools; the call is asked for as a JSON text, and the wire holds the model to its shape.
 * - `text`: no tools; the call is asked for as a JSON text.
 */
export type Rung = "forced" | "without-thinking" | "instructed" | "schema" | "text";

/** From the strictest rung down to the one that every model takes. */
export const rungs: readonly Rung[] = ["forced", "without-thinking", "instructed", "schema", "text"];

/** Whether a request wants a tool call and nothing else. */
export function wantsCall({ tools = [], toolChoice }: ChatRequest): boolean {
  return tools.length > 0 && (toolChoice === "required" || typeof toolChoice === "object");
}

/** Whether the model writes its call as text on this rung. */
export function isWritten(rung: Rung): boolean {
  return rung === "schema" || rung === "text";
}
